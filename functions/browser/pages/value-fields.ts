import type { AskedValue } from '../../../shared/capture/values.ts';
import { html } from './html.ts';

/** The fields of a form that asks for what a connection has of its own; what is wrong is said beside it. */
export function valueFields(provider: string, asked: AskedValue[]) {
  return asked.map(({ name, label, example, placeholder, default: preset, typed, wrong }) => {
    const id = `${provider}-${name}`;
    return html`<div class="field"><label for="${id}">${label}</label>
<input id="${id}" name="${name}" value="${typed ?? preset ?? ''}" placeholder="${placeholder ?? example}" required autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="${id}-hint"${wrong && html` aria-invalid="true"`}>
<p class="hint${wrong && ' bad'}" id="${id}-hint">${wrong && 'This does not look right. '}For example ${example}</p></div>
`;
  });
}
