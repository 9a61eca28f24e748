import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 26rem; padding: 3rem 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
ul { padding-inline-start: 1.25rem; }
label { display: block; font-weight: 600; margin-block: 1.5rem .25rem; }
input, button { box-sizing: border-box; font: inherit; padding: .625rem .75rem; width: 100%; }
input { border: 1px solid #767676; border-radius: .375rem; }
button { background: #1d4ed8; border: 0; border-radius: .375rem; color: #fff; cursor: pointer;
  font-weight: 600; margin-block: 1rem; }
:is(a, button, input):focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
.error { color: light-dark(#b42318, #fda29b); font-weight: 600; }
`;

// No form-action: it would also bind the redirects that follow the form, which lead to the client
// and from there to any return URL.
export const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`,
  'content-type': 'text/html; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What a scope means to the person who is asked. */
const SCOPES: Record<string, string> = {
  openid: 'know who you are',
  profile: 'see your name',
  email: 'see your email address',
  offline_access: 'keep access while you are away',
};

export interface SignInPage {
  client: string;
  scopes: string[];
  /** Where the form goes. */
  action: string;
  cancel: string;
  login: string;
  problem?: string;
}

/** Sign-in and consent in one page. */
export function signInPage({ client, scopes, action, cancel, login, problem }: SignInPage): string {
  const wishes = scopes.map((scope) => `<li>${escapeHtml(SCOPES[scope] ?? scope)}</li>`).join('\n');
  const alert = problem
    ? `<p class="error" id="problem" role="alert">${escapeHtml(problem)}</p>`
    : '';
  return page(
    'Sign in to the demo provider',
    `<h1>Sign in to the demo provider</h1>
<p>It runs on this machine, and any name will do.</p>
<p><strong>${escapeHtml(client)}</strong> would like to:</p>
<ul>
${wishes}
</ul>
<form method="post" action="${escapeHtml(action)}">
<label for="login">Name</label>
<input id="login" name="login" type="text" value="${escapeHtml(login)}" maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false"${problem ? ' aria-describedby="problem" aria-invalid="true"' : ''} required autofocus>
${alert}
<button>Sign in and allow</button>
</form>
<p><a href="${escapeHtml(cancel)}">Cancel</a></p>`,
  );
}

/** What went wrong, for a person. */
export function problemPage(title: string, details: string[]): string {
  const lines = details.map((detail) => `<p>${escapeHtml(detail)}</p>`).join('\n');
  return page(title, `<h1>${escapeHtml(title)}</h1>\n${lines}`);
}

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
