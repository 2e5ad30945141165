"use client";

import { ChevronDown, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, useEffect, useState } from "react";
import { controlClasses } from "@/components/field";
import { cn } from "@/lib/class-names";
import {
  type OperatorRole,
  type OperatorState,
  operatorRoleSchema,
  operatorRoles,
  operatorStateSchema,
  operatorStates,
} from "@/protocol/operator-accounts";

/** What the list is narrowed down to; empty text and undefined: nothing. */
export interface OperatorFilter {
  readonly text: string;
  readonly role: OperatorRole | undefined;
  readonly state: OperatorState | undefined;
}

export const NO_FILTER: OperatorFilter = { text: "", role: undefined, state: undefined };

/** Somebody types a name faster than the list could follow. */
const TYPING_PAUSE_MS = 250;

/** Search, role and state above the list. */
export function OperatorFilters({
  filter,
  onChange,
}: {
  filter: OperatorFilter;
  onChange: (filter: OperatorFilter) => void;
}) {
  const t = useTranslations("operators");
  const [text, setText] = useState(filter.text);
  // Set from outside, as by "Clear filters", while nothing was typed.
  const [applied, setApplied] = useState(filter.text);
  if (applied !== filter.text) {
    setApplied(filter.text);
    setText(filter.text);
  }
  useEffect(() => {
    const next = text.trim();
    if (next === filter.text) return;
    const timer = setTimeout(() => onChange({ ...filter, text: next }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, filter, onChange]);
  return (
    <search className="flex flex-wrap gap-2">
      <div className="relative w-full sm:w-auto sm:min-w-48 sm:max-w-xs sm:flex-1">
        <Search
          aria-hidden
          className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-ink-muted"
        />
        <input
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          value={text}
          maxLength={100}
          onChange={(event) => setText(event.target.value)}
          className={cn(controlClasses, "h-10 text-ellipsis pl-9")}
        />
      </div>
      <FilterSelect
        aria-label={t("roleFilter")}
        value={filter.role ?? ""}
        onChange={({ target }) =>
          onChange({ ...filter, role: operatorRoleSchema.safeParse(target.value).data })
        }
      >
        <option value="">{t("allRoles")}</option>
        {operatorRoles.map((role) => (
          <option key={role} value={role}>
            {t(`roles.${role}`)}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        aria-label={t("stateFilter")}
        value={filter.state ?? ""}
        onChange={({ target }) =>
          onChange({ ...filter, state: operatorStateSchema.safeParse(target.value).data })
        }
      >
        <option value="">{t("allStates")}</option>
        {operatorStates.map((state) => (
          <option key={state} value={state}>
            {t(`states.${state}`)}
          </option>
        ))}
      </FilterSelect>
    </search>
  );
}

function FilterSelect({ className, ...rest }: ComponentProps<"select">) {
  return (
    <div className={cn("relative flex-1 sm:flex-none", className)}>
      <select className={cn(controlClasses, "h-10 appearance-none pr-9")} {...rest} />
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-3 my-auto size-4 text-ink-muted"
      />
    </div>
  );
}
