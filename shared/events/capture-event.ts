/** EventBridge's `Source` of every event. */
export const EVENT_SOURCE = 'oauth2-token-capture';

/** The version of `EventDetail`: a member that is taken away, or means something else, makes a new one. */
export const DETAIL_VERSION = 1;

/** EventBridge's `DetailType`. */
export type EventName =
  | 'connected'
  | 'reconnected'
  | 'recovered'
  | 'needs_reauth'
  | 'consent_ending'
  | 'disconnected'
  | 'revoked'
  | 'disabled'
  | 'enabled';

/** EventBridge's `Detail`. docs/events.md describes it for those who consume it. */
export interface EventDetail {
  version: typeof DETAIL_VERSION;
  /** The same each time that this event is delivered, and no other event's. */
  id: string;
  /** Of two events of a connection the later one has the greater text. */
  sequence: string;
  /** When the change was written; ISO 8601 in UTC. */
  time: string;
  /** Which connection; of `disabled` and `enabled` beyond one connection, only what is concerned. */
  owner?: string;
  provider?: string;
  account?: string;
  grantId?: string;
  /** `consent_ending`: ISO 8601 in UTC, and the notice that it is: 30, 7 or 1 days before. */
  consentEndsAt?: string;
  daysLeft?: number;
  /** `disabled` and `enabled`: what they concern. */
  scope?: 'connection' | 'owner' | 'provider' | 'all';
  /** `disabled`: what the operator gave as the reason. */
  reason?: string;
}

export interface CaptureEvent {
  name: EventName;
  detail: EventDetail;
}
