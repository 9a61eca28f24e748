/**
 * Stands in for the SDK's `@aws-sdk/credential-provider-node` in the bundles: on Lambda and in the
 * local runner the credentials are always in the environment, and the profile, SSO, web identity and
 * instance providers are a quarter of each bundle.
 */
export const defaultProvider = () => async () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error('expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment');
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
};
