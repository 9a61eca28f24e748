import { type Message, messagePage } from './message.ts';
import { type PageResponse, page } from './page.ts';

const STATUS: Partial<Record<Message, number>> = {
  // No success: what a browser has fetched ahead must not become the page.
  open_in_browser: 403,
  unknown_provider: 404,
  other_browser: 403,
  expired_session: 410,
  expired_request: 410,
};

/** The page of a request that is turned away, with its HTTP status. */
export function refusalPage(message: Message): PageResponse {
  return page(STATUS[message] ?? 400, messagePage(message));
}
