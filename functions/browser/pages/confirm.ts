import type { AskedValue } from '../../../shared/capture/values.ts';
import { html } from './html.ts';
import { ICONS } from './icons.ts';
import { mark } from './mark.ts';
import type { PageContent } from './page.ts';
import { valueFields } from './value-fields.ts';
import { ONLY_IF_YOURS } from './warning.ts';

/** Before a trip to a provider that another site, or a link, has asked for: one button goes on. */
export function confirmPage(content: {
  owner: string;
  providerName: string;
  scopes: string[];
  continueUrl: string;
  /** What has to be known before. */
  form?: ValueForm | undefined;
}): PageContent {
  const { owner, providerName, scopes, continueUrl, form } = content;
  const title = `Connect ${providerName}?`;
  return {
    title,
    // The session's token leaves the address bar, as it does on the way to the connect page. Without
    // "ask" a reload would count as sent by our own page, and not ask.
    script: `history.replaceState(null,"",${form === undefined ? 'document.links[0].href+"&' : 'document.forms[0].action+"?s="+document.forms[0].s.value+"&'}ask=1")`,
    ...(form !== undefined && { formTargets: form.targets }),
    body: html`<div class="top">${mark(providerName)}<h1>${title}</h1></div>
<p>You are about to connect your ${providerName} account for <strong>${owner}</strong>. ${providerName} will ask you to allow this:</p>
<ul class="scopes">${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
${ONLY_IF_YOURS}
${
  form === undefined
    ? html`<a class="button wide" href="${continueUrl}">Continue to ${providerName}</a>`
    : valueForm(form, `Continue to ${providerName}`)
}`,
  };
}

/** What a provider has to be told before the trip; `targets`: where its form may lead. */
export interface ValueForm {
  action: string;
  provider: string;
  sid: string;
  asked: AskedValue[];
  targets: string[];
}

function valueForm({ action, provider, sid, asked }: ValueForm, button: string) {
  return html`<form method="get" action="${action}">
<input type="hidden" name="s" value="${sid}">
${valueFields(provider, asked)}<button class="button wide">${button}</button>
</form>`;
}

/** Our own page led here, and what the provider's address needs is missing or wrong. */
export function valuesPage(owner: string, providerName: string, form: ValueForm): PageContent {
  const title = `Connect ${providerName}`;
  return {
    title,
    formTargets: form.targets,
    body: html`<div class="top">${mark(providerName)}<h1>${title}</h1></div>
<p class="soft">For <strong>${owner}</strong></p>
${valueForm(form, `Continue to ${providerName}`)}`,
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
