import type { AuditRow } from "@/protocol/audit-log";

export type DetailValue = AuditRow["detail"][string];

export interface DetailChange {
  readonly name: string;
  readonly before: DetailValue;
  readonly after: DetailValue;
}

/** What an entry says beside who, what and when: settings that changed, and other facts. */
export interface ReadDetail {
  readonly changes: readonly DetailChange[];
  readonly facts: readonly (readonly [name: string, value: DetailValue])[];
}

/**
 * Takes an entry's detail apart. `before` and `after` are compared setting by setting, one level deep, and what stayed the same is
 * left out; a side that is null (something was created or removed) counts as having no settings.
 */
export function readDetail(detail: AuditRow["detail"]): ReadDetail {
  const { before, after, ...rest } = detail;
  if (!("before" in detail) || !("after" in detail)) {
    return { changes: [], facts: Object.entries(detail) };
  }
  if (!isSettings(before ?? null) || !isSettings(after ?? null)) {
    return {
      changes: [{ name: "state", before: before ?? null, after: after ?? null }],
      facts: Object.entries(rest),
    };
  }
  const [was, is] = [settingsOf(before), settingsOf(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return {
    changes: names
      .map((name) => ({ name, before: was[name] ?? null, after: is[name] ?? null }))
      .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after)),
    facts: Object.entries(rest),
  };
}

function isSettings(value: DetailValue): boolean {
  return value === null || (typeof value === "object" && !Array.isArray(value));
}

function settingsOf(value: DetailValue | undefined): Record<string, DetailValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
