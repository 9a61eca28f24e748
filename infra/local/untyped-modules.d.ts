/** The parts of packages without types of their own that the local run uses. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options?: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}

declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  /** A Koa context; `oidc` is there once a route has matched. */
  export interface ProviderContext {
    method: string;
    path: string;
    host: string;
    status: number;
    type: string;
    body: unknown;
    req: IncomingMessage;
    res: ServerResponse;
    set(name: string, value: string): void;
    // biome-ignore lint/suspicious/noExplicitAny: the package describes it in prose alone
    oidc: any;
  }

  export interface InteractionDetails {
    uid: string;
    params: Record<string, string | undefined>;
    prompt: { name: string };
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    readonly issuer: string;
    use(middleware: (context: ProviderContext, next: () => Promise<void>) => unknown): this;
    on(event: string, listener: (...values: never[]) => void): this;
    removeListener(event: string, listener: (...values: never[]) => void): this;
    callback(): RequestListener;
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<InteractionDetails>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<void>;
  }

  export namespace errors {
    class InvalidGrant extends Error {
      constructor(detail: string);
    }
    class SessionNotFound extends Error {}
  }

  export default Provider;
}
