import type { CallbackRefusal } from '../../../shared/capture/finish.ts';
import type { SessionRefusal } from '../../../shared/capture/open-session.ts';
import { html } from './html.ts';
import { ICONS } from './icons.ts';
import type { PageContent } from './page.ts';

export type Message =
  | SessionRefusal
  | CallbackRefusal
  | 'unknown_provider'
  | 'not_configured'
  | 'provider_unavailable'
  | 'switched_off'
  | 'open_in_browser'
  | 'error';

const AGAIN = 'Go back to the application that you came from and start again.';

const MESSAGES: Record<Message, [title: string, text: string]> = {
  unknown_session: [
    'This link does not work',
    `It is not complete, or it is no longer valid. ${AGAIN}`,
  ],
  expired_session: ['This link has expired', `A link to connect works for half an hour. ${AGAIN}`],
  other_browser: [
    'This was started in another browser',
    `For your safety, connecting must be finished in the browser where it was started. ${AGAIN}`,
  ],
  malformed: [
    'The answer cannot be used',
    `What the provider sent is not complete or not clear, so nothing was connected. ${AGAIN}`,
  ],
  denied_without_state: ['Not connected', `The provider says that access was not given. ${AGAIN}`],
  expired_request: [
    'This took too long',
    `Connecting must be finished within ten minutes. Nothing was connected. ${AGAIN}`,
  ],
  already_used: [
    'This answer was already used',
    `If you have just connected, you are done and can close this page. If not, nothing is lost. ${AGAIN}`,
  ],
  other_provider: ['The answer came to the wrong place', `Nothing was connected. ${AGAIN}`],
  unknown_provider: [
    'This provider is not available here',
    `The address is not one of ours, or the link was made for another provider. ${AGAIN}`,
  ],
  not_configured: [
    'This provider is not set up yet',
    'The people who run this service have not entered its client yet. Please tell them.',
  ],
  provider_unavailable: [
    'The provider does not answer',
    'Nothing was connected. Please try again in a few minutes.',
  ],
  switched_off: [
    'Connecting is switched off',
    'The people who run this service have switched it off for now. Nothing was connected.',
  ],
  open_in_browser: ['Connect your accounts', 'Open this link in your browser to go on.'],
  error: ['Something went wrong', 'Nothing was connected. Please try again in a few minutes.'],
};

const OUR_FAULT: Message[] = ['not_configured', 'provider_unavailable', 'switched_off', 'error'];

/** A plain page that says what happened and what to do, with an id to quote where there is one. */
export function messagePage(
  message: Message,
  { reference }: { reference?: string } = {},
): PageContent {
  const [title, text] = MESSAGES[message];
  const failed = OUR_FAULT.includes(message);
  return {
    title,
    body: html`<div class="top"><span class="${failed ? 'bad' : 'soft'}">${failed ? ICONS.problem : ICONS.info}</span><h1>${title}</h1></div>
<p>${text}</p>
${reference !== undefined && html`<p class="soft">If you ask for help, quote <code>${reference}</code>.</p>`}`,
  };
}
