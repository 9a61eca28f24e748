/** The command was understood and not done: exit status 1. The message says what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  /** What `--json` prints; left out: `{"error": {"type", "message"}}`. */
  readonly answer: unknown;
  readonly type: string;

  constructor(
    message: string,
    { type = 'failed', answer }: { type?: string; answer?: unknown } = {},
  ) {
    super(message);
    this.type = type;
    this.answer = answer ?? { error: { type, message } };
  }
}

/** The command line makes no sense: exit status 2, and nothing was done. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
