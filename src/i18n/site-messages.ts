import type { Messages } from "./messages";

/** What a page can need: e-mails are written on the server alone. */
type Namespace = Exclude<keyof Messages, "mail">;

/**
 * The texts that each part of the product sends to browsers, beside those of the parts around it. A customer on a slow line
 * does not wait for the words of the admin site. `scripts/test/message-namespaces.test.ts` compares this with what the pages use.
 */
export const siteNamespaces = {
  everywhere: ["common", "errors"],
  customer: ["endReasons", "reception", "session"],
  check: ["check"],
  status: ["status"],
  signIn: ["account", "signIn"],
  companyExport: ["companyExport"],
  console: ["console", "endReasons", "session", "sessionLog"],
  admin: [
    "audit",
    "console",
    "endReasons",
    "operators",
    "policies",
    "reports",
    "session",
    "sessionLog",
    "supervision",
  ],
  watch: ["console", "endReasons", "session", "sessionLog", "supervision"],
  provider: ["audit", "endReasons", "provider"],
  account: ["account", "console", "provider", "signIn"],
} as const satisfies Record<string, readonly Namespace[]>;

/** A part of the product with texts of its own. */
export type Site = keyof typeof siteNamespaces;

/** The texts of one part, out of all. */
export function messagesOf(site: Site, all: Messages): Partial<Messages> {
  const wanted: readonly string[] = siteNamespaces[site];
  return Object.fromEntries(Object.entries(all).filter(([namespace]) => wanted.includes(namespace)));
}
