import type { Provider, ProviderContext } from 'oidc-provider';
import { PAGE_HEADERS, problemPage, signInPage } from './demo-page.ts';
import type { DemoAdapter } from './demo-storage.ts';
import { BodyTooLarge, readBody } from './request-body.ts';

const PATH = /^\/interaction\/[\w-]+(?<cancel>\/cancel)?$/;
const NAME = /^[^\p{Cc}\p{Cf}\p{Cs}]{1,64}$/u;

export const interactionUrl = (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}`;

/** The account id of a name: the same for "Ada" and "ada ". */
export const subjectOf = (login: string) => login.trim().normalize('NFC').toLowerCase();

/** Koa middleware that serves the sign-in page, its form and its way out. */
export function signIn(provider: Provider, clientName: string, people: DemoAdapter) {
  const show = async (context: ProviderContext, login: string, problem?: string) => {
    const { uid, params } = await provider.interactionDetails(context.req, context.res);
    const action = `/interaction/${uid}`;
    sendPage(
      context,
      problem ? 400 : 200,
      signInPage({
        client: clientName,
        scopes: (params['scope'] ?? '').split(' ').filter(Boolean),
        action,
        cancel: `${action}/cancel`,
        login: login || (params['login_hint'] ?? ''),
        ...(problem !== undefined && { problem }),
      }),
    );
  };

  const submit = async (context: ProviderContext) => {
    const form = new URLSearchParams((await readBody(context.req, 8192)).toString('utf8'));
    const login = form.get('login') ?? '';
    const accountId = subjectOf(login);
    if (!NAME.test(accountId)) {
      return await show(context, login, 'Please enter a name of 1 to 64 characters.');
    }
    await people.upsert(accountId, { name: login.trim() });
    await finish(context, { login: { accountId, remember: false }, consent: {} });
  };

  // oidc-provider answers on the raw response; koa must not answer a second time.
  const finish = async (context: ProviderContext, result: Record<string, unknown>) => {
    await provider.interactionFinished(context.req, context.res, result, {
      mergeWithLastSubmission: false,
    });
    Object.assign(context, { respond: false });
  };

  return async (context: ProviderContext, next: () => Promise<void>) => {
    const match = PATH.exec(context.path);
    if (!match) return await next();
    try {
      if (context.method === 'GET' && match.groups?.['cancel']) {
        return await finish(context, {
          error: 'access_denied',
          error_description: 'the person at the keyboard cancelled',
        });
      }
      if (context.method === 'GET') return await show(context, '');
      if (context.method === 'POST' && !match.groups?.['cancel']) return await submit(context);
    } catch (error) {
      if (!(error instanceof BodyTooLarge) && (error as Error).name !== 'SessionNotFound') {
        throw error;
      }
      const details = ['Go back to where you came from and start again.'];
      return sendPage(context, 400, problemPage('This sign-in is over', details));
    }
    return await next();
  };
}

export function sendPage(context: ProviderContext, status: number, html: string): void {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) context.set(name, value);
  context.status = status;
  context.body = html;
}
