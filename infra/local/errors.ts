export type LocalErrorCode = 'folder_unusable' | 'folder_in_use' | 'port_taken' | 'invalid_option';

/** What keeps the local run from starting. The message is one line for a person. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The system's code (`EADDRINUSE`, `ENOENT`) of a caught value, or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
