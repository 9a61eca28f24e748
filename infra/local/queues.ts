import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { openJsonStore } from './json-store.ts';

export interface QueueSettings {
  name: string;
  /** For how long a received message is hidden from others. */
  visibilitySeconds: number;
  /** Where a message goes that was received `maxReceives` times and never deleted. */
  deadLetters?: { queue: string; maxReceives: number } | undefined;
}

/** Times are milliseconds since the epoch. */
export interface StoredMessage {
  messageId: string;
  body: string;
  sentAt: number;
  visibleAt: number;
  receives: number;
  firstReceivedAt?: number;
  /** Of the last receive alone: an older one deletes nothing. */
  receiptHandle?: string;
}

export interface LocalQueues {
  /** By name. */
  settings: Readonly<Record<string, QueueSettings>>;
  send(name: string, messages: readonly { body: string; delaySeconds: number }[]): StoredMessage[];
  receive(name: string, max: number, visibilitySeconds?: number): StoredMessage[];
  /** Hides a received message for so long from now; 0 shows it again. */
  hide(name: string, receiptHandle: string, seconds: number): void;
  delete(name: string, receiptHandles: readonly string[]): void;
  messages(name: string): readonly StoredMessage[];
  /** Calls the listener after each arrival in the queue, until the returned function is called. */
  onArrival(name: string, listener: () => void): () => void;
}

/**
 * Standard queues, in one file, so that a message moves to the dead letters in one write. Without a
 * path in memory.
 */
export function openQueues(
  path: string | undefined,
  wanted: readonly QueueSettings[],
): LocalQueues {
  const store = openJsonStore<Record<string, StoredMessage[]>>(path, {});
  const settings = Object.fromEntries(wanted.map((queue) => [queue.name, queue]));
  const arrivals = new EventEmitter().setMaxListeners(0);
  const messages = (name: string) => store.read()[name] ?? [];
  return {
    settings,
    messages,
    send: (name, sent) => {
      const sentAt = Date.now();
      const added = sent.map(({ body, delaySeconds }) => ({
        messageId: randomUUID(),
        body,
        sentAt,
        visibleAt: sentAt + delaySeconds * 1000,
        receives: 0,
      }));
      store.write((queues) => {
        queues[name] = [...(queues[name] ?? []), ...added];
      });
      arrivals.emit(name);
      return added;
    },
    receive: (name, max, visibilitySeconds = settings[name]!.visibilitySeconds) => {
      const now = Date.now();
      if (!messages(name).some((message) => message.visibleAt <= now)) return [];
      const { deadLetters } = settings[name]!;
      const { received, dead } = store.write((queues) => {
        const visible = queues[name]!.filter((message) => message.visibleAt <= now);
        const dead = visible.filter(
          ({ receives }) => receives >= (deadLetters?.maxReceives ?? Infinity),
        );
        queues[name] = queues[name]!.filter((message) => !dead.includes(message));
        if (deadLetters && dead.length > 0) {
          const moved = dead.map(({ messageId, body, sentAt }) => ({
            messageId,
            body,
            sentAt,
            visibleAt: now,
            receives: 0,
          }));
          queues[deadLetters.queue] = [...(queues[deadLetters.queue] ?? []), ...moved];
        }
        const received = visible.filter((message) => !dead.includes(message)).slice(0, max);
        for (const message of received) {
          message.receives += 1;
          message.firstReceivedAt ??= now;
          message.visibleAt = now + visibilitySeconds * 1000;
          message.receiptHandle = randomUUID();
        }
        return { received, dead };
      });
      if (deadLetters && dead.length > 0) arrivals.emit(deadLetters.queue);
      return received;
    },
    hide: (name, receiptHandle, seconds) => {
      const visibleAt = Date.now() + seconds * 1000;
      store.write((queues) => {
        const found = queues[name]?.find((message) => message.receiptHandle === receiptHandle);
        if (found) found.visibleAt = visibleAt;
      });
      arrivals.emit(name);
    },
    delete: (name, receiptHandles) => {
      const done = new Set<string | undefined>(receiptHandles);
      store.write((queues) => {
        queues[name] = (queues[name] ?? []).filter(({ receiptHandle }) => !done.has(receiptHandle));
      });
    },
    onArrival: (name, listener) => {
      arrivals.on(name, listener);
      return () => arrivals.off(name, listener);
    },
  };
}
