import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/**
 * A value that cannot print itself: string conversion, JSON and `util.inspect` all give `[secret]`.
 * `reveal()` is the one way out, so that every use is found by searching for it.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
