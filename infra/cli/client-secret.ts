import { DescribeSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Secret } from '../../shared/secret.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { askAws } from './aws-errors.ts';
import type { Target } from './target.ts';

export interface ClientSecretStatus {
  isSet: boolean;
  /** Marked for deletion: nobody can read it, and it can still be restored. */
  isDeleted: boolean;
  /** What to register at the provider; `null` where the description does not say. */
  redirectUri: string | null;
}

/**
 * Whether a provider's secret has a value, and what its description says; its value is not read.
 * Throws `CommandFailed`, of type `ResourceNotFoundException` where there is no secret.
 */
export async function describeClientSecret(
  target: Target,
  provider: string,
): Promise<ClientSecretStatus> {
  const name = secretName(provider, target.secretPrefix());
  const { DeletedDate, Description, VersionIdsToStages } = await askAws(
    target,
    { kind: 'secret', name },
    () => target.secrets.send(new DescribeSecretCommand({ SecretId: name })),
  );
  return {
    isSet: Object.values(VersionIdsToStages ?? {}).some((stages) => stages.includes('AWSCURRENT')),
    isDeleted: DeletedDate !== undefined,
    redirectUri: redirectUriIn(Description, provider),
  };
}

/** The redirect URI that a secret's description tells the operator to register. */
export function redirectUriIn(description: string | undefined, provider: string): string | null {
  const urls = description?.match(/https?:\/\/[^\s,;"'<>]+/g) ?? [];
  return urls.find((url) => url.endsWith(`/${provider}/callback`)) ?? null;
}

/** What a provider's secret holds. */
export interface ClientSecretValue {
  clientId: string;
  clientSecret: Secret | undefined;
  scope: string | undefined;
  tokenOrigin: string | undefined;
  fields: Record<string, string>;
}

/** Writes the whole secret; the version before stays for the functions to fall back on. */
export async function putClientSecret(
  target: Target,
  provider: string,
  { clientId, clientSecret, scope, tokenOrigin, fields }: ClientSecretValue,
): Promise<void> {
  const name = secretName(provider, target.secretPrefix());
  const value = {
    ...fields,
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret.reveal() }),
    ...(scope !== undefined && { scope }),
    ...(tokenOrigin !== undefined && { token_origin: tokenOrigin }),
  };
  await askAws(target, { kind: 'secret', name }, () =>
    target.secrets.send(
      new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(value) }),
    ),
  );
}
