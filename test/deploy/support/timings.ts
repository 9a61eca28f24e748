export interface Timings {
  /** Runs a step and remembers how long it took. */
  timed<T>(name: string, step: () => Promise<T>): Promise<T>;
  table(): string;
}

export function makeTimings(): Timings {
  const begun = performance.now();
  const lines: [string, number][] = [];
  return {
    async timed(name, step) {
      const from = performance.now();
      try {
        return await step();
      } finally {
        lines.push([name, performance.now() - from]);
      }
    },
    table() {
      return [...lines, ['all', performance.now() - begun] as const]
        .map(([name, ms]) => `${name.padEnd(40)} ${(ms / 1_000).toFixed(1).padStart(6)} s`)
        .join('\n');
    },
  };
}
