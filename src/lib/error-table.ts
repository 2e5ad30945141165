/**
 * Every refusal the product knows, in one table: the HTTP status and the key of the ja/en sentence (`errors.<CODE>` in
 * `src/i18n/messages`). A code is part of the protocol: it never changes its meaning.
 */
export const errorTable = {
  // Anything
  BAD_REQUEST: { status: 400 },
  NOT_FOUND: { status: 404 },
  TOO_LARGE: { status: 413 },
  INTERNAL: { status: 500 },
  UNAVAILABLE: { status: 503 },
  // Who is asking
  UNAUTHENTICATED: { status: 401 },
  FORBIDDEN: { status: 403 },
  ORIGIN_REFUSED: { status: 403 },
  SIGN_IN_FAILED: { status: 401 },
  SIGN_IN_THROTTLED: { status: 429 },
  SIGN_IN_INCOMPLETE: { status: 403 },
  SECOND_FACTOR_FAILED: { status: 401 },
  SECOND_FACTOR_REQUIRED: { status: 409 },
  PASSKEY_FAILED: { status: 401 },
  // A page's own word: the browser does not ask for a passkey on a site whose certificate it does not trust.
  PASSKEY_UNTRUSTED_SITE: { status: 400 },
  NETWORK_REFUSED: { status: 403 },
  COMPANY_SUSPENDED: { status: 403 },
  // Accounts
  PASSWORD_RULE: { status: 400 },
  PASSWORD_COMMON: { status: 400 },
  PASSWORD_REUSED: { status: 409 },
  PASSWORD_WRONG: { status: 403 },
  LINK_INVALID: { status: 410 },
  EMAIL_MISSING: { status: 409 },
  PASSKEY_LIMIT: { status: 409 },
  // A company's administration
  CODE_TAKEN: { status: 409 },
  SEATS_TAKEN: { status: 409 },
  LAST_ADMINISTRATOR: { status: 409 },
  OWN_ACCOUNT: { status: 409 },
  POLICY_LOCKS_OUT: { status: 409 },
  FEATURE_NOT_IN_PLAN: { status: 409 },
  CSV_INVALID: { status: 400 },
  LOGO_REFUSED: { status: 400 },
  CHANGED_MEANWHILE: { status: 409 },
  // The provider's
  COMPANY_CLOSED: { status: 409 },
  SEATS_IN_USE: { status: 409 },
  // Reception numbers
  RECEPTION_MALFORMED: { status: 400 },
  RECEPTION_UNKNOWN: { status: 404 },
  RECEPTION_EXPIRED: { status: 410 },
  RECEPTION_USED: { status: 410 },
  RECEPTION_CANCELLED: { status: 410 },
  RECEPTION_THROTTLED: { status: 429 },
  RECEPTION_LIMIT: { status: 409 },
  // Support sessions
  SESSION_ENDED: { status: 410 },
  SESSION_WRONG_PHASE: { status: 409 },
  SESSION_LIMIT: { status: 409 },
  OBSERVER_LIMIT: { status: 409 },
  // The Client Tool's way into its session
  PAIRING_INVALID: { status: 404 },
  PAIRING_EXPIRED: { status: 410 },
  PAIRING_USED: { status: 410 },
  PAIRING_THROTTLED: { status: 429 },
  NO_RELAY: { status: 503 },
  CHECK_LIMIT: { status: 429 },
  // Signalling with the relay
  TOKEN_INVALID: { status: 401 },
  TOKEN_EXPIRED: { status: 401 },
  TOKEN_REPLAYED: { status: 401 },
  TOKEN_WRONG_RELAY: { status: 401 },
  PROTOCOL_VERSION: { status: 426 },
  MESSAGE_MALFORMED: { status: 400 },
  MESSAGE_TOO_LARGE: { status: 413 },
  MESSAGE_TOO_OFTEN: { status: 429 },
  PERMISSION_DENIED: { status: 403 },
  RELAY_DRAINING: { status: 503 },
} as const satisfies Record<string, { status: number }>;

/** A code from the error table. */
export type ErrorCode = keyof typeof errorTable;

/** Whether a string from outside names an error of the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorTable, value);
}
