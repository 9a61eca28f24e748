/** Entries in the order of a number that may change: an older entry of the same member is skipped. */
export class Heap<T> {
  #entries: { at: number; member: T }[] = [];

  add(at: number, member: T): void {
    const entries = this.#entries;
    entries.push({ at, member });
    for (let child = entries.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (entries[parent]!.at <= entries[child]!.at) break;
      [entries[parent], entries[child]] = [entries[child]!, entries[parent]!];
      child = parent;
    }
  }

  /** Takes the first out, if its time has come. */
  take(now: number): { at: number; member: T } | undefined {
    const entries = this.#entries;
    const first = entries[0];
    if (first === undefined || first.at > now) return undefined;
    const last = entries.pop()!;
    if (entries.length > 0) {
      entries[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    const entries = this.#entries;
    for (let parent = 0; ; ) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < entries.length && entries[child]!.at < entries[least]!.at) least = child;
      }
      if (least === parent) return;
      [entries[parent], entries[least]] = [entries[least]!, entries[parent]!];
      parent = least;
    }
  }
}
