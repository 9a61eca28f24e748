import type { Writable } from 'node:stream';

const WIDTH = 24;

export interface ProgressBar {
  /** `share`: from 0 to 1. */
  show(share: number, text: string): void;
  /** Leaves the bar as it is, or at a last share. */
  end(share: number | undefined, text: string): void;
}

/** A bar that is drawn over itself on a terminal; elsewhere only its end is written. */
export function progressBar(out: Writable & { isTTY?: boolean }): ProgressBar {
  let last = 0;
  const draw = (share: number, text: string) => {
    last = share;
    const full = Math.floor(share * WIDTH);
    const bar = '#'.repeat(full) + '-'.repeat(WIDTH - full);
    // To the end of the line: the text may have become shorter.
    return `[${bar}] ${Math.floor(share * 100)} %  ${text}${out.isTTY ? '\x1b[K' : ''}`;
  };
  return {
    show(share, text) {
      if (out.isTTY) out.write(`\r${draw(share, text)}`);
      else last = share;
    },
    end(share, text) {
      out.write(`${out.isTTY ? '\r' : ''}${draw(share ?? last, text)}\n`);
    },
  };
}
