import type { Product } from './product.ts';

/** Ends the next connect's grant at the provider when called: as when a person takes access away there. */
export function grantEnder({ demo }: Product): () => Promise<void> {
  const provider = demo!.provider as unknown as {
    RefreshToken: { revokeByGrantId(grantId: string): Promise<void> };
  };
  let grantId = '';
  const remember = ({ oidc }: { oidc: { entities: { Grant: { jti: string } } } }) => {
    grantId = oidc.entities.Grant.jti;
  };
  demo!.provider.on('grant.success', remember as never);
  return async () => {
    demo!.provider.removeListener('grant.success', remember as never);
    await provider.RefreshToken.revokeByGrantId(grantId);
  };
}
