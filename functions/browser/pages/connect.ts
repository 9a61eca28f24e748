import { html } from './html.ts';
import { ICONS } from './icons.ts';
import { mark } from './mark.ts';
import type { PageContent } from './page.ts';

export interface ProviderRow {
  id: string;
  name: string;
  configured: boolean;
  accounts: { name: string; status: string }[];
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
  authorizeUrl(provider: string): string;
  banner?: Banner;
}): PageContent {
  const { owner, rows, authorizeUrl, banner } = content;
  return {
    title: 'Connect your accounts',
    body: html`<h1>Connect your accounts</h1>
<p class="soft">For <strong>${owner}</strong></p>
${banner !== undefined && bannerOf(banner)}
<ul class="providers">
${rows.map(
  (row) => html`<li>
${mark(row.name)}
<div><h2>${row.name}</h2>${accountsOf(row)}</div>
<div class="action">${row.configured && actionOf(row, authorizeUrl(row.id))}</div>
</li>
`,
)}</ul>`,
  };
}

function accountsOf(row: ProviderRow) {
  if (row.accounts.length === 0) {
    return html`<p class="accounts">${row.configured ? 'Not connected' : 'Not configured yet'}</p>`;
  }
  return html`<ul class="accounts">${row.accounts.map((account) =>
    account.status === 'connected'
      ? html`<li><span class="good">Connected</span> as ${account.name}</li>`
      : html`<li><span class="bad">Must be connected again</span>: ${account.name}</li>`,
  )}</ul>`;
}

function actionOf({ name, accounts }: ProviderRow, url: string) {
  const word = accounts.length > 0 ? 'Reconnect' : 'Connect';
  // The loud button is the one that something waits for.
  const done = accounts.length > 0 && accounts.every(({ status }) => status === 'connected');
  return html`<a class="button${done && ' quiet'}" href="${url}" aria-label="${word} ${name}">${word}</a>`;
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
