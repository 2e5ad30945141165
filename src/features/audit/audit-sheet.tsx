"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Sheet } from "@/components/sheet";
import type { AuditParty, AuditRow } from "@/protocol/audit-log";
import { type DetailValue, readDetail } from "./detail-changes";
import { type AuditWords, useAuditWords } from "./use-audit-words";

interface AuditSheetProps {
  /** Null: closed. */
  row: AuditRow | null;
  onClose: () => void;
}

/** Everything that one entry says. */
export function AuditSheet({ row, onClose }: AuditSheetProps) {
  const t = useTranslations("audit.sheet");
  const words = useAuditWords();
  return (
    <Sheet
      open={row !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={row ? words.action(row.action) : ""}
      description={row ? t("description", { entry: String(row.entry) }) : ""}
      wide
    >
      {row && <Entry row={row} words={words} />}
    </Sheet>
  );
}

function Entry({ row, words }: { row: AuditRow; words: AuditWords }) {
  const t = useTranslations("audit.sheet");
  const { changes, facts } = readDetail(row.detail);
  return (
    <div className="space-y-6">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-15">
        <Line label={t("at")}>
          <time dateTime={row.at.toISOString()} className="tabular-nums">
            {words.exactTime(row.at)}
          </time>
        </Line>
        <Line label={t("actor")}>
          <Party party={row.actor} words={words} />
        </Line>
        {row.subject && (
          <Line label={t("subject")}>
            <Party party={row.subject} words={words} />
          </Line>
        )}
        {row.clientAddress && <Line label={t("clientAddress")}>{row.clientAddress}</Line>}
        <Line label={t("action")}>
          <code className="text-13">{row.action}</code>
        </Line>
      </dl>
      {changes.length > 0 && (
        <section>
          <h3 className="mb-2 font-semibold text-15">{t("changes")}</h3>
          <div className="overflow-x-auto rounded border border-line">
            <table className="w-full border-collapse text-left text-15">
              <thead className="bg-sunken text-13 text-ink-muted">
                <tr>
                  <th scope="col" className="px-3 py-2 font-normal">
                    {t("field")}
                  </th>
                  <th scope="col" className="px-3 py-2 font-normal">
                    {t("before")}
                  </th>
                  <th scope="col" className="px-3 py-2 font-normal">
                    {t("after")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {changes.map((change) => (
                  <tr key={change.name} className="border-line border-t align-top">
                    <th scope="row" className="px-3 py-2 font-normal">
                      {words.field(change.name)}
                    </th>
                    <td className="break-words px-3 py-2 text-ink-muted">
                      <Value name={change.name} value={change.before} words={words} />
                    </td>
                    <td className="break-words px-3 py-2 font-semibold">
                      <Value name={change.name} value={change.after} words={words} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      {facts.length > 0 && (
        <section>
          <h3 className="mb-2 font-semibold text-15">{t("details")}</h3>
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-15">
            {facts.map(([name, value]) => (
              <Line key={name} label={words.field(name)}>
                <Value name={name} value={value} words={words} />
              </Line>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

/** The name with its kind, and the id, which alone is the same for ever. */
function Party({ party, words }: { party: AuditParty; words: AuditWords }) {
  const kind = words.kind(party.kind);
  return (
    <>
      <span>{party.name === null ? kind : `${party.name} (${kind})`}</span>
      {party.id !== null && <span className="block break-all text-13 text-ink-muted">{party.id}</span>}
    </>
  );
}

function Value({ name, value, words }: { name: string; value: DetailValue; words: AuditWords }) {
  const t = useTranslations("audit.sheet");
  const format = useFormatter();
  if (value === null || value === "") return t("none");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value !== "object") return words.value(name, String(value));
  if (Array.isArray(value)) {
    return value.length === 0 ? t("none") : format.list(value.map((one) => words.value(name, plain(one))));
  }
  return (
    <ul>
      {Object.entries(value).map(([field, inner]) => (
        <li key={field}>
          {words.field(field)}: {words.value(field, plain(inner))}
        </li>
      ))}
    </ul>
  );
}

function plain(value: DetailValue): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
