/**
 * Settings of every AWS client. A hanging call ends well before the function does: `requestTimeout`
 * alone only warns in the SDK's Node handler.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  },
};
