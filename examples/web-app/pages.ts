import type { Connection } from './capture.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);

const page = (body: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Example application</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}button{font:inherit}form{display:inline}</style>
<h1>Example application</h1>
${body}
</html>`;

export const logInPage = () =>
  page(`<form method="post" action="/log-in">
<label>Name <input name="name" required></label> <button>Log in</button>
</form>`);

export function settingsPage(name: string, connections: Connection[], notice = ''): string {
  const rows = connections.map(
    ({ provider, account, name: accountName, status }) =>
      `<li>${escaped(provider)}: ${escaped(accountName ?? account)} (${escaped(status)})
<form method="post" action="/disconnect">
<input type="hidden" name="provider" value="${escaped(provider)}">
<input type="hidden" name="account" value="${escaped(account)}">
<button>Disconnect</button></form></li>`,
  );
  return page(`<p>Logged in as ${escaped(name)}</p>
${notice && `<p role="status">${escaped(notice)}</p>`}
<ul>${rows.join('\n') || '<li>Nothing is connected</li>'}</ul>
<form method="post" action="/connect"><button>Connect an account</button></form>
<form method="post" action="/log-out"><button>Log out</button></form>`);
}
