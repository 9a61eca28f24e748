import { html } from './html.ts';
import { formTargets, type PageContent } from './page.ts';

/** Marks the second POST, which comes from our own page. */
export const SENT_ON = 'sent_on';

/**
 * Sends a cross-site POST once more, from our own origin: the first came without the session's
 * cookie (`SameSite=Lax`), the second has it, and no code gets into an address.
 */
export function formPostPage(
  action: string,
  form: URLSearchParams,
  allowHttp: boolean,
): PageContent {
  return {
    title: 'One moment',
    script: 'document.forms[0].submit()',
    // form-action covers every redirect that follows: to the return URL, and from there to wherever
    // the application leads, such as its own sign-in.
    formTargets: formTargets(allowHttp),
    body: html`<h1>One moment</h1>
<p>Your answer is on its way. If nothing happens, press the button.</p>
<form method="post" action="${action}">
${[...form].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}
<input type="hidden" name="${SENT_ON}" value="1">
<button class="button wide">Continue</button>
</form>`,
  };
}
