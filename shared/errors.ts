/**
 * The one taxonomy of errors. `name` and `code` are literals because minified bundles rename
 * classes; messages never hold a token, code, verifier or client secret.
 */
export abstract class CaptureError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;
  /** Whether the same call may succeed later without anybody's action. */
  readonly retryable: boolean = false;
}

/** A request of the wrong shape. `field` names what was wrong, the message what was expected. */
export class InvalidRequest extends CaptureError {
  readonly name = 'InvalidRequest';
  readonly code = 'invalid_request';
  readonly field: string;

  constructor(field: string, expected: string) {
    super(`${field}: ${expected}`);
    this.field = field;
  }
}

/** A mistake in the configuration or in a provider's secret, named by its key. */
export class ConfigurationError extends CaptureError {
  readonly name = 'ConfigurationError';
  readonly code = 'configuration_error';
  readonly key: string;

  constructor(key: string, expected: string) {
    super(`${key}: ${expected}`);
    this.key = key;
  }
}

/** The provider's secret has no value yet. */
export class ProviderNotConfigured extends CaptureError {
  readonly name = 'ProviderNotConfigured';
  readonly code = 'provider_not_configured';
  readonly provider: string;

  constructor(provider: string) {
    super(
      `provider ${provider} has no client yet: set it with "token-capture providers set ${provider} --client-id ID --client-secret-stdin"`,
    );
    this.provider = provider;
  }
}

/**
 * The provider answered, and said no. `error` is its OAuth error code (RFC 6749 section 5.2 where it
 * follows the standard), `status` the HTTP status.
 */
export class ProviderRejected extends CaptureError {
  readonly name = 'ProviderRejected';
  readonly code = 'provider_rejected';
  readonly error: string;
  readonly status: number;

  constructor(what: string, error: string, status: number) {
    super(`${what}: the provider answered ${error} (HTTP ${status})`);
    this.error = error;
    this.status = status;
  }
}

/** The provider could not be reached in time, or answered 429 or 5xx. */
export class ProviderUnavailable extends CaptureError {
  readonly name = 'ProviderUnavailable';
  readonly code = 'provider_unavailable';
  override readonly retryable = true;
  /** Seconds to wait, where the provider said so. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether every request to the provider would fare so, or this one alone. */
  readonly concerns: 'provider' | 'request';

  constructor(
    what: string,
    retryAfterSeconds?: number,
    concerns: 'provider' | 'request' = 'provider',
  ) {
    super(what);
    this.retryAfterSeconds = retryAfterSeconds;
    this.concerns = concerns;
  }
}

/** The provider's answer breaks the protocol: an ID token that does not verify, no access token, no account. */
export class InvalidProviderResponse extends CaptureError {
  readonly name = 'InvalidProviderResponse';
  readonly code = 'invalid_provider_response';
}

/** What is asked for is switched off, until an operator switches it on again. */
export class Disabled extends CaptureError {
  readonly name = 'Disabled';
  readonly code = 'disabled';

  constructor(provider: string, reason?: string) {
    super(
      `${provider} is switched off${reason === undefined ? '' : ` (${reason})`}: nothing is connected and no token handed out until an operator enables it again`,
    );
  }
}

/** More than `limits` of the configuration allows. */
export class RateLimited extends CaptureError {
  readonly name = 'RateLimited';
  readonly code = 'rate_limited';
  override readonly retryable = true;
  /** Seconds until there is room again. */
  readonly retryAfterSeconds: number;

  constructor(what: string, retryAfterSeconds: number) {
    super(`${what}: wait ${retryAfterSeconds} seconds, or raise it in the configuration`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A sealed value does not open in the row where it stands. */
export class SealBroken extends CaptureError {
  readonly name = 'SealBroken';
  readonly code = 'seal_broken';
}

/** Another write came first. */
export class VersionConflict extends CaptureError {
  readonly name = 'VersionConflict';
  readonly code = 'version_conflict';
  override readonly retryable = true;
}

/** The table asks to slow down. */
export class TableThrottled extends CaptureError {
  readonly name = 'TableThrottled';
  readonly code = 'table_throttled';
  override readonly retryable = true;
}
