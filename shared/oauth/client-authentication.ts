import type { ClientAuthentication } from '../providers/provider.ts';
import type { Secret } from '../secret.ts';

// RFC 6749 section 2.3.1 asks for form encoding. Servers that do not decode refuse needless escapes,
// so what a form need not escape stays as it is.
const formEncode = (value: string) =>
  encodeURIComponent(value)
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');

export function basicCredentials(clientId: string, secret: Secret | undefined): string {
  const pair = `${formEncode(clientId)}:${formEncode(secret?.reveal() ?? '')}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** The headers and parameters that prove the client, one way only: some servers refuse both at once. */
export function authenticateClient(
  method: ClientAuthentication,
  clientId: string,
  secret: Secret | undefined,
  clientIdParameter = 'client_id',
): { headers: Record<string, string>; parameters: Record<string, string> } {
  switch (method) {
    case 'client_secret_basic':
      return { headers: { authorization: basicCredentials(clientId, secret) }, parameters: {} };
    case 'client_secret_post':
      return {
        headers: {},
        parameters: {
          [clientIdParameter]: clientId,
          ...(secret !== undefined && { client_secret: secret.reveal() }),
        },
      };
    case 'client_secret_as_user': {
      const user = Buffer.from(`${secret?.reveal() ?? ''}:`).toString('base64');
      return { headers: { authorization: `Basic ${user}` }, parameters: {} };
    }
    case 'none':
      return { headers: {}, parameters: { [clientIdParameter]: clientId } };
  }
}
