import { Html } from './html.ts';

const icon = (path: string) =>
  new Html(
    `<svg aria-hidden="true" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><circle cx="10" cy="10" r="8.5"/>${path}</svg>`,
  );

/** Drawn inline, in the colour of the text beside them, which says the same. */
export const ICONS = {
  done: icon('<path d="m6.5 10.5 2.5 2.5 4.5-5.5"/>'),
  problem: icon('<path d="M10 5.75v5M10 14v.01"/>'),
  info: icon('<path d="M10 9.25v5M10 6v.01"/>'),
};
