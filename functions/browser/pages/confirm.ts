import { html } from './html.ts';
import { ICONS } from './icons.ts';
import { mark } from './mark.ts';
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
    // The session's token leaves the address bar, as it does on the way to the connect page. Without
    // "ask" a reload would count as sent by our own page, and not ask.
    script: 'history.replaceState(null,"",document.links[0].href+"&ask=1")',
    body: html`<div class="top">${mark(providerName)}<h1>${title}</h1></div>
<p>You are about to connect your ${providerName} account for <strong>${owner}</strong>. ${providerName} will ask you to allow this:</p>
<ul class="scopes">${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
<p class="banner">${ICONS.info}<span><strong>Only continue if you started this yourself.</strong> If somebody sent you this link, close this page.</span></p>
<a class="button wide" href="${continueUrl}">Continue to ${providerName}</a>`,
  };
}

/** A session that another browser has opened first, with nothing begun there. */
export function takeOverPage(continueUrl: string, token: string): PageContent {
  return {
    title: 'Continue here?',
    body: html`<h1>Continue here?</h1>
<p>This link was already opened in another browser, or by a program that checks links. Nothing was connected there.</p>
<p class="banner">${ICONS.info}<span><strong>Only continue if the link was made for you.</strong> If somebody sent you this link, close this page.</span></p>
<form method="get" action="${continueUrl}">
<input type="hidden" name="session" value="${token}">
<input type="hidden" name="continue" value="here">
<button class="button wide">Continue here</button>
</form>`,
  };
}
