import type { ErrorCode } from "@/lib/error-table";
import type { Messages } from "./messages";

/** What a page can need: e-mails are written on the server alone. */
type Namespace = Exclude<keyof Messages, "mail">;

/**
 * The texts that each part of the product sends to browsers, beside those of the parts around it. A customer on a slow line
 * does not wait for the words of the admin site. `scripts/test/message-namespaces.test.ts` compares this with what the pages use.
 */
export const siteNamespaces = {
  /** Of the errors, those of {@link publicErrors}. */
  everywhere: ["common", "errors"],
  customer: ["control", "endReasons", "files", "reception", "session"],
  check: ["check"],
  download: ["download"],
  status: ["status"],
  signIn: ["account", "errors", "signIn"],
  companyExport: ["companyExport", "errors"],
  console: ["console", "control", "endReasons", "errors", "files", "session", "sessionLog"],
  admin: [
    "audit",
    "console",
    "endReasons",
    "errors",
    "operators",
    "policies",
    "reports",
    "session",
    "sessionLog",
    "supervision",
  ],
  watch: ["console", "endReasons", "errors", "session", "sessionLog", "supervision"],
  provider: ["audit", "endReasons", "errors", "provider"],
  account: ["account", "console", "errors", "provider", "signIn"],
} as const satisfies Record<string, readonly Namespace[]>;

/** What somebody can be told who has not signed in: a customer, whoever tries the connection or looks at the status. */
export const publicErrors: readonly ErrorCode[] = [
  "BAD_REQUEST",
  "NOT_FOUND",
  "TOO_LARGE",
  "INTERNAL",
  "UNAVAILABLE",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "ORIGIN_REFUSED",
  "RECEPTION_MALFORMED",
  "RECEPTION_UNKNOWN",
  "RECEPTION_EXPIRED",
  "RECEPTION_USED",
  "RECEPTION_CANCELLED",
  "RECEPTION_THROTTLED",
  "SESSION_ENDED",
  "SESSION_WRONG_PHASE",
  "SESSION_LIMIT",
  "PAIRING_INVALID",
  "PAIRING_EXPIRED",
  "PAIRING_USED",
  "PAIRING_THROTTLED",
  "NO_RELAY",
  "CHECK_LIMIT",
  "TOKEN_INVALID",
  "TOKEN_EXPIRED",
  "TOKEN_REPLAYED",
  "TOKEN_WRONG_RELAY",
  "PROTOCOL_VERSION",
  "MESSAGE_MALFORMED",
  "MESSAGE_TOO_LARGE",
  "MESSAGE_TOO_OFTEN",
  "PERMISSION_DENIED",
  "RELAY_DRAINING",
];

/** A part of the product with texts of its own. */
export type Site = keyof typeof siteNamespaces;

/** The texts of one part, out of all. */
export function messagesOf(site: Site, all: Messages): Partial<Messages> {
  const wanted: readonly string[] = siteNamespaces[site];
  const texts = site === "everywhere" ? { ...all, errors: only(all.errors, publicErrors) } : all;
  return Object.fromEntries(Object.entries(texts).filter(([namespace]) => wanted.includes(namespace)));
}

function only<Texts extends object>(texts: Texts, wanted: readonly string[]): Partial<Texts> {
  const entries = Object.entries(texts).filter(([key]) => wanted.includes(key));
  return Object.assign<Partial<Texts>, object>({}, Object.fromEntries(entries));
}
