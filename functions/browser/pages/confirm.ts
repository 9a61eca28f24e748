import { html } from './html.ts';
import type { PageContent } from './page.ts';

/** Before a trip to a provider that another site, or a link, has asked for: one button goes on. */
export function confirmPage(content: {
  owner: string;
  providerName: string;
  scopes: string[];
  continueUrl: string;
}): PageContent {
  const { owner, providerName, scopes, continueUrl } = content;
  const title = `Connect ${providerName}?`;
  return {
    title,
    body: html`<h1>${title}</h1>
<p>You are about to connect your ${providerName} account for <strong>${owner}</strong>. It will be asked to allow:</p>
<ul class="scopes">${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
<p><strong>Only continue if you started this yourself.</strong> If somebody sent you this link, close this page.</p>
<p><a class="button" href="${continueUrl}">Continue to ${providerName}</a></p>`,
  };
}

/** A session that another browser has opened first, with nothing begun there. */
export function takeOverPage(continueUrl: string, token: string): PageContent {
  return {
    title: 'Continue here?',
    body: html`<h1>Continue here?</h1>
<p>This link was already opened in another browser or by a program that checks links. Nothing was connected there.</p>
<p><strong>Only continue if the link was made for you.</strong></p>
<form method="get" action="${continueUrl}">
<input type="hidden" name="session" value="${token}">
<input type="hidden" name="continue" value="here">
<button>Continue here</button>
</form>`,
  };
}
