import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';
import { STYLE } from './style.ts';

export interface PageResponse {
  statusCode: number;
  headers: Record<string, string>;
  cookies?: string[];
  body?: string;
}

export interface PageContent {
  title: string;
  body: Html;
  /** The one script of a page, allowed by its hash. */
  script?: string;
  /** Sources, beside our own origin, to which a form of this page may lead. */
  formTargets?: string[];
}

/** A form's target covers every redirect that follows it: to a provider, or to the application. */
export const formTargets = (allowHttp: boolean): string[] =>
  allowHttp ? ['https:', 'http:'] : ['https:'];

const sourceHash = (text: string) =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const STYLE_HASH = sourceHash(STYLE);

/** A whole page: no third-party content, nothing inline but what its hash allows. */
export function page(
  statusCode: number,
  { title, body, script, formTargets = [] }: PageContent,
): PageResponse {
  const policy = [
    "default-src 'none'",
    `style-src ${STYLE_HASH}`,
    ...(script === undefined ? [] : [`script-src ${sourceHash(script)}`]),
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
${script !== undefined && new Html(`<script>${script}</script>`)}
</body>
</html>
`;
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
    },
    body: document.text,
  };
}

/** 303: whatever the method was, the next request is a GET without its body (RFC 9700 section 4.12). */
export function redirect(location: string, cookies: string[] = []): PageResponse {
  return { statusCode: 303, headers: { location }, ...(cookies.length > 0 && { cookies }) };
}
