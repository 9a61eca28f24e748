import * as oauth from 'oauth4webapi';
import { CaptureError, InvalidProviderResponse } from '../errors.ts';
import type { ProviderContext } from './client.ts';
import { textAt } from './json.ts';

/**
 * The server as the issuer that its ID token must name, where claims of the token stand in that. They
 * are as good as the signature, which is verified next.
 */
export async function withIdTokenIssuer(
  { provider, server }: ProviderContext,
  response: Response,
): Promise<oauth.AuthorizationServer> {
  if (provider.idTokenIssuer === undefined) return server.metadata;
  const { id_token } = (await response.clone().json()) as { id_token?: string };
  const claims = id_token === undefined ? undefined : unverifiedClaims(id_token);
  const issuer = provider.idTokenIssuer.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textAt(claims, name)?.toWellFormed() ?? ''),
  );
  return { ...server.metadata, issuer };
}

function unverifiedClaims(jwt: string): unknown {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

// What the library allows for clocks that differ.
const TOLERANCE_SECONDS = 30;

/** Refuses a token from the future, which the library leaves to its caller. `now`: epoch seconds. */
export function requireIssuedByNow(
  what: string,
  claims: oauth.IDToken | undefined,
  now: number,
): void {
  if (claims === undefined || claims.iat <= now + TOLERANCE_SECONDS) return;
  throw new InvalidProviderResponse(`${what}: its "iat" (issued at) is in the future`);
}

/** Verifies the signature of a response's ID token. `what` names the response in messages. */
export async function verifySignature(
  what: string,
  metadata: oauth.AuthorizationServer,
  response: Response,
  options: oauth.ValidateSignatureOptions,
): Promise<void> {
  try {
    await oauth.validateApplicationLevelSignature(metadata, response, options);
  } catch (error) {
    if (
      error instanceof CaptureError ||
      error instanceof oauth.OperationProcessingError ||
      error instanceof oauth.UnsupportedOperationError
    ) {
      throw error;
    }
    // A signature or a published key of a wrong form comes back as whatever its decoder throws.
    throw new InvalidProviderResponse(
      `${what}: the signature of the ID token, or a key for it, cannot be read`,
    );
  }
}
