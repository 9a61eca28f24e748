import type { CallbackRefusal } from '../../../shared/capture/finish.ts';
import type { SessionRefusal } from '../../../shared/capture/open-session.ts';
import { html } from './html.ts';
import type { PageContent } from './page.ts';

export type Message =
  | SessionRefusal
  | CallbackRefusal
  | 'unknown_provider'
  | 'not_configured'
  | 'provider_unavailable'
  | 'open_in_browser'
  | 'error';

const AGAIN = 'Go back to the application that you came from and start again.';

const MESSAGES: Record<Message, [title: string, text: string]> = {
  unknown_session: [
    'This link does not work',
    `It is not complete, or it was never valid. ${AGAIN}`,
  ],
  expired_session: ['This link has ended', `A link to connect works for half an hour. ${AGAIN}`],
  other_browser: [
    'This was started in another browser',
    `For your safety, connecting must be finished in the browser where it was started. ${AGAIN}`,
  ],
  malformed: ['This answer cannot be used', `It is not complete or not clear. ${AGAIN}`],
  denied_without_state: ['Not connected', `The provider says that access was not given. ${AGAIN}`],
  expired_request: [
    'This took too long',
    `Connecting must be finished within ten minutes. ${AGAIN}`,
  ],
  already_used: [
    'This answer was already used',
    'If you have just connected, you are done and can close this page.',
  ],
  other_provider: ['This answer came to the wrong place', `Nothing was connected. ${AGAIN}`],
  unknown_provider: ['There is no such provider', `The address is not one of ours. ${AGAIN}`],
  not_configured: [
    'This provider is not set up yet',
    'The people who run this service have not entered its client yet. Please tell them.',
  ],
  provider_unavailable: [
    'The provider does not answer',
    'Nothing was connected. Please try again in a few minutes.',
  ],
  open_in_browser: ['Connect your accounts', 'Open this link in your browser to go on.'],
  error: ['Something went wrong', 'Nothing was connected. Please try again in a few minutes.'],
};

/** A plain page that says what happened and what to do, with an id to quote where there is one. */
export function messagePage(
  message: Message,
  { reference }: { reference?: string } = {},
): PageContent {
  const [title, text] = MESSAGES[message];
  return {
    title,
    body: html`<h1>${title}</h1>
<p>${text}</p>
${reference !== undefined && html`<p class="soft">If you ask for help, quote <code>${reference}</code>.</p>`}`,
  };
}
