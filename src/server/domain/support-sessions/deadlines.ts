const MINUTE_MS = 60_000;

/** A customer waits this long to be accepted, counted from the redeemed number. */
export const ACCEPT_WITHIN_MS = 10 * MINUTE_MS;
/** An accepted customer has this long to agree or decline. */
export const ANSWER_WITHIN_MS = 5 * MINUTE_MS;
/** A live session ends when its relay has told of nobody being connected for this long. */
export const CONNECTION_LOST_AFTER_MS = 2 * MINUTE_MS;
/** The ticket still opens the ended session for this long, so that the customer's page can say why it ended. */
export const TICKET_READABLE_AFTER_END_MS = 60 * MINUTE_MS;

/** Until when an accepted customer's answer is awaited. */
export function answerBy(acceptedAt: Date): Date {
  return new Date(acceptedAt.getTime() + ANSWER_WITHIN_MS);
}
