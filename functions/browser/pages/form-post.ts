import { html } from './html.ts';
import type { PageContent } from './page.ts';

/** Marks the second POST, which comes from our own page. */
export const SENT_ON = 'sent_on';

/**
 * Sends a cross-site POST once more, from our own origin: the first came without the session's
 * cookie (`SameSite=Lax`), the second has it, and no code gets into an address.
 */
export function formPostPage(
  action: string,
  form: URLSearchParams,
  returnOrigins: string[],
): PageContent {
  return {
    title: 'One moment',
    script: 'document.forms[0].submit()',
    // The answer to this POST leads on to the return URL, and form-action covers redirects.
    formTargets: returnOrigins,
    body: html`<h1>One moment</h1>
<form method="post" action="${action}">
${[...form].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}
<input type="hidden" name="${SENT_ON}" value="1">
<button>Continue</button>
</form>`,
  };
}
