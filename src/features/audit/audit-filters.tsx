"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "@/components/button";
import { SelectField } from "@/components/select-field";
import { TextField } from "@/components/text-field";
import { cn } from "@/lib/class-names";
import { type AuditActor, actorsWithoutAccount } from "@/protocol/audit-log";
import { type FilterWords, noFilter } from "./filter-words";
import { useAuditWords } from "./use-audit-words";

/** Typing goes on; the log is asked when it pauses. */
const TYPING_PAUSE_MS = 300;

/** Filters have no errors; the room for them would push the list down. */
const compact = "mb-0 min-w-0 [&>[aria-live]]:hidden";

interface AuditFiltersProps {
  filter: FilterWords;
  onChange: (filter: FilterWords) => void;
  actors: readonly AuditActor[];
  /** Groups that can occur here. */
  groups: readonly string[];
}

/** Period, who, what, and a text. */
export function AuditFilters({ filter, onChange, actors, groups }: AuditFiltersProps) {
  const t = useTranslations("audit.filters");
  const clear = useTranslations("audit")("clear");
  const words = useAuditWords();
  const [typed, setTyped] = useState(filter.text);
  useEffect(() => {
    if (typed === filter.text) return;
    const timer = setTimeout(() => onChange({ ...filter, text: typed }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, filter, onChange]);
  const set = (name: keyof FilterWords) => (event: { currentTarget: { value: string } }) =>
    onChange({ ...filter, [name]: event.currentTarget.value });
  const isFiltered = Object.values(filter).some((value) => value !== "");
  return (
    <search
      aria-label={t("label")}
      className="mb-5 grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-[repeat(4,minmax(0,1fr))_minmax(0,1.5fr)_auto]"
    >
      <TextField
        label={t("from")}
        className={compact}
        type="date"
        value={filter.from}
        onChange={set("from")}
      />
      <TextField label={t("to")} className={compact} type="date" value={filter.to} onChange={set("to")} />
      <SelectField
        label={t("actor")}
        value={filter.actor}
        onChange={set("actor")}
        className={compact}
        options={[
          { value: "", label: t("anybody") },
          ...actors.map(({ value, name, code }) => ({ value, label: `${name} (${code})` })),
          ...actorsWithoutAccount.map((kind) => ({ value: kind, label: words.kind(kind) })),
        ]}
      />
      <SelectField
        label={t("group")}
        value={filter.group}
        onChange={set("group")}
        className={compact}
        options={[
          { value: "", label: t("anything") },
          ...words.groups
            .filter(([group]) => groups.includes(group))
            .map(([group, label]) => ({ value: group, label })),
        ]}
      />
      <TextField
        label={t("text")}
        className={cn(compact, "max-md:col-span-2")}
        type="search"
        placeholder={t("textHint")}
        value={typed}
        maxLength={100}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button
        variant="quiet"
        className="h-11 justify-self-start"
        disabled={!isFiltered && typed === ""}
        onClick={() => {
          setTyped("");
          onChange(noFilter);
        }}
      >
        {clear}
      </Button>
    </search>
  );
}
