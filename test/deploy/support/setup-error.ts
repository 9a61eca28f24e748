/** What keeps the test from starting; the message is one line for a person. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
