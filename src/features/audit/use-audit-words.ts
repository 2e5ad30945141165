import { useFormatter, useMessages } from "next-intl";
import { findWords } from "@/i18n/find-words";
import type { AuditParty } from "@/protocol/audit-log";

/**
 * Words for what the log holds as names of the program. What this version has no words for is shown as it was written: an
 * entry must never be unreadable.
 */
export function useAuditWords() {
  const words = useMessages().audit;
  const endReasons = useMessages().endReasons;
  const format = useFormatter();
  const kind = (name: string) => findWords(words, `kinds.${name}`) ?? name;
  return {
    action: (action: string) => findWords(words, `actions.${action}`) ?? action,
    /** The name, else what kind of thing it is. */
    party: (party: AuditParty) => party.name ?? kind(party.kind),
    kind,
    field: (name: string) => findWords(words, `fields.${name}`) ?? name,
    /** What a field holds, where that is a name of the program too: *totp*, *ended_by_operator*. */
    value: (field: string, value: string) =>
      findWords(words, `values.${field}.${value}`) ??
      (field === "reason" ? findWords(endReasons, `${value}.short`) : null) ??
      value,
    groups: Object.entries(words.groups),
    exactTime: (at: Date) => format.dateTime(at, { dateStyle: "full", timeStyle: "long" }),
  };
}

export type AuditWords = ReturnType<typeof useAuditWords>;
