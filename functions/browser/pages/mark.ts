import { html } from './html.ts';

const HUES = 6;

/** A provider's monogram, always in the same colour; its name stands beside it. */
export function mark(name: string) {
  const [first = '', ...rest] = name.match(/\p{Lu}|(?<!\p{L})\p{L}/gu) ?? Array.from(name);
  const hue = Array.from(name).reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % HUES;
  return html`<span class="mark hue${hue}" aria-hidden="true">${first}${rest[0]}</span>`;
}
