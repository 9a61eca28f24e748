import { html } from './html.ts';
import { ICONS } from './icons.ts';

/** For whoever has come by a link, wherever a trip to a provider may begin. */
export const ONLY_IF_YOURS = html`<p class="banner">${ICONS.info}<span><strong>Only continue if you started this yourself.</strong> If somebody sent you this link, close this page.</span></p>`;
