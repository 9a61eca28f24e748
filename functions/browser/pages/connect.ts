import { html } from './html.ts';
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
<span class="mark" aria-hidden="true">${row.name.slice(0, 1)}</span>
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

function actionOf(row: ProviderRow, url: string) {
  const connected = row.accounts.some((account) => account.status === 'connected');
  return html`<a class="button${connected ? ' quiet' : ''}" href="${url}" aria-label="${
    connected ? 'Reconnect' : 'Connect'
  } ${row.name}">${connected ? 'Reconnect' : 'Connect'}</a>`;
}

function bannerOf({ status, providerName, reference }: Banner) {
  switch (status) {
    case 'connected':
      return html`<p class="banner good" role="status">${providerName} is connected.</p>`;
    case 'denied':
      return html`<p class="banner bad" role="status">${providerName} was not connected: access was not given.</p>`;
    case 'failed':
      return html`<p class="banner bad" role="status">${providerName} could not be connected. Please try again.${
        reference !== undefined && html` If you ask for help, quote <code>${reference}</code>.`
      }</p>`;
  }
}
