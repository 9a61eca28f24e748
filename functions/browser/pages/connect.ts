import type { AskedValue } from '../../../shared/capture/values.ts';
import { html } from './html.ts';
import { ICONS } from './icons.ts';
import { mark } from './mark.ts';
import type { PageContent } from './page.ts';
import { valueFields } from './value-fields.ts';
import { ONLY_IF_YOURS } from './warning.ts';

export interface ProviderRow {
  id: string;
  name: string;
  configured: boolean;
  accounts: { name: string; status: string }[];
  /** What has to be known before the trip. */
  asked?: AskedValue[];
}

export interface Banner {
  status: 'connected' | 'denied' | 'failed';
  providerName: string;
  reference?: string;
}

/** The page of a session: for whom, which providers, what is connected; one control per provider. */
export function connectPage(content: {
  owner: string;
  rows: ProviderRow[];
  sid: string;
  authorizeUrl(provider: string): string;
  /** Where a form of this page may lead: to the providers. */
  formTargets: string[];
  banner?: Banner;
}): PageContent {
  const { owner, rows, sid, authorizeUrl, formTargets, banner } = content;
  return {
    title: 'Connect your accounts',
    ...(rows.some(({ asked }) => asked !== undefined) && { formTargets }),
    body: html`<h1>Connect your accounts</h1>
<p class="soft">For <strong>${owner}</strong></p>
${banner === undefined ? ONLY_IF_YOURS : bannerOf(banner)}
<ul class="providers">
${rows.map(
  (row) => html`<li>
${mark(row.name)}
<div><h2>${row.name}</h2>${accountsOf(row)}</div>
${row.configured && actionOf(row, authorizeUrl(row.id), sid)}
</li>
`,
)}</ul>`,
  };
}

function accountsOf(row: ProviderRow) {
  if (row.accounts.length === 0) {
    return html`<p class="accounts">${row.configured ? 'Not connected' : 'Not configured yet'}</p>`;
  }
  return html`<ul class="accounts">${row.accounts.map(({ name, status }) => {
    if (status === 'connected') {
      return html`<li><span class="good">Connected</span> as ${name}</li>`;
    }
    const words = status === 'disabled' ? 'Switched off' : 'Must be connected again';
    return html`<li><span class="bad">${words}</span>: ${name}</li>`;
  })}</ul>`;
}

function actionOf({ id, name, accounts, asked }: ProviderRow, url: string, sid: string) {
  const word = accounts.length > 0 ? 'Reconnect' : 'Connect';
  // The loud button is the one that something waits for.
  const done = accounts.length > 0 && accounts.every(({ status }) => status === 'connected');
  if (asked !== undefined) {
    return html`<form class="ask" method="get" action="${url}">
<input type="hidden" name="s" value="${sid}">
${valueFields(id, asked)}<button class="button${done && ' quiet'}" aria-label="${word} ${name}">${word}</button>
</form>`;
  }
  return html`<div class="action"><a class="button${done && ' quiet'}" href="${url}?s=${sid}" aria-label="${word} ${name}">${word}</a></div>`;
}

function bannerOf({ status, providerName, reference }: Banner) {
  switch (status) {
    case 'connected':
      return html`<p class="banner good" role="status">${ICONS.done}<span>${providerName} is connected.</span></p>`;
    case 'denied':
      return html`<p class="banner" role="status">${ICONS.info}<span>${providerName} was not connected: access was not given.</span></p>`;
    case 'failed':
      return html`<p class="banner bad" role="status">${ICONS.problem}<span>${providerName} could not be connected. Please try again.${
        reference !== undefined && html` If you ask for help, quote <code>${reference}</code>.`
      }</span></p>`;
  }
}
