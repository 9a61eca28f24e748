import {
  confirmPage,
  takeOverPage,
  type ValueForm,
  valuesPage,
} from '../../functions/browser/pages/confirm.ts';
import {
  type Banner,
  connectPage,
  type ProviderRow,
} from '../../functions/browser/pages/connect.ts';
import { formPostPage } from '../../functions/browser/pages/form-post.ts';
import { type Message, messagePage } from '../../functions/browser/pages/message.ts';
import { type PageContent, type PageResponse, page } from '../../functions/browser/pages/page.ts';
import { scopeWords } from '../../functions/browser/pages/scope-words.ts';
import type { AskedValue } from '../../shared/capture/values.ts';
import { catalog } from '../../shared/providers/catalog.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';

/** Where the pages stand; nothing listens there. */
export const PAGES = 'http://pages.localhost';

const row = (
  id: string,
  accounts: ProviderRow['accounts'] = [],
  configured = true,
): ProviderRow => ({ id, name: catalog[id]!.name!, configured, accounts });

const connected = (name: string) => ({ name, status: 'connected' });

const connect = (rows: ProviderRow[], banner?: Banner, owner = 'Ada Lovelace') =>
  connectPage({
    owner,
    rows,
    sid: '0123456789abcdef',
    authorizeUrl: (id) => `${PAGES}/${id}/authorize`,
    formTargets: [],
    ...(banner !== undefined && { banner }),
  });

const github = resolveProvider(catalog['github'], catalog, 'github', false);

const confirm = (owner: string, scopes: string[], ask?: ValueForm) =>
  confirmPage({
    owner,
    providerName: github.name,
    scopes: scopeWords(github, scopes),
    continueUrl: `${PAGES}/github/authorize?s=0123456789abcdef`,
    form: ask,
  });

const shop = {
  name: 'shop',
  label: 'Name of your shop',
  pattern: '[a-z0-9][a-z0-9-]*',
  example: 'my-shop',
  wrong: false,
};

const form = (asked: AskedValue[]) => ({
  action: `${PAGES}/github/authorize`,
  provider: 'github',
  sid: '0123456789abcdef',
  asked,
  targets: ['https:'],
});

const REFERENCE = '4f7qa20kzm8d';
const LONG = `${'Wolfeschlegelsteinhausenbergerdorff'.repeat(2)}@a-rather-long-company-name.example`;

const messages: Message[] = [
  'unknown_session',
  'expired_session',
  'other_browser',
  'malformed',
  'denied_without_state',
  'expired_request',
  'already_used',
  'other_provider',
  'unknown_provider',
  'not_configured',
  'provider_unavailable',
  'switched_off',
  'open_in_browser',
  'error',
];

const contents: Record<string, PageContent> = {
  connect: connect([
    row('github', [connected('Ada Lovelace')]),
    row('google'),
    row('linkedin'),
    row('slack'),
    row('notion', [], false),
  ]),
  'connect-states': connect([
    row('github', [connected('ada'), { name: 'ada-at-work', status: 'needs_reauth' }]),
    row('google', [{ name: 'ada@example.com', status: 'needs_reauth' }]),
    row('linkedin', [connected(LONG)]),
    row('slack', [], false),
  ]),
  'connect-connected': connect([row('github', [connected('ada')])], {
    status: 'connected',
    providerName: 'GitHub',
  }),
  'connect-denied': connect([row('github')], { status: 'denied', providerName: 'GitHub' }),
  'connect-failed': connect(
    [row('github')],
    { status: 'failed', providerName: 'GitHub', reference: REFERENCE },
    LONG,
  ),
  confirm: confirm('Ada Lovelace', ['read:user', 'user:email', 'repo']),
  'confirm-long': confirm(LONG, [`https://api.example.com/${'scope'.repeat(30)}`]),
  'connect-values': connect([
    { ...row('github'), asked: [shop] },
    { ...row('slack', [connected('ada')]), asked: [{ ...shop, default: 'preset' }] },
    row('google'),
  ]),
  'confirm-values': confirm('Ada Lovelace', ['read:user'], form([shop])),
  values: valuesPage('Ada Lovelace', 'GitHub', form([shop])),
  'values-wrong': valuesPage(LONG, 'GitHub', form([{ ...shop, typed: 'evil.com#', wrong: true }])),
  'take-over': takeOverPage(`${PAGES}/connect`, 'x'.repeat(43)),
  // Without its script it stays to be looked at.
  'form-post': {
    ...formPostPage(
      `${PAGES}/apple/callback`,
      new URLSearchParams({ code: 'code', state: 'state' }),
      false,
    ),
    script: undefined,
  },
  ...Object.fromEntries(
    messages.map((message) => [
      `message-${message.replaceAll('_', '-')}`,
      messagePage(
        message,
        /error|unavailable|configured|switched/.test(message) ? { reference: REFERENCE } : {},
      ),
    ]),
  ),
};

/** Every state that a page can be in, by name, with made-up content. */
export const pageStates: Record<string, PageResponse> = Object.fromEntries(
  Object.entries(contents).map(([name, content]) => [name, page(200, content)]),
);
