"use client";

import { ListFilter, Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { SelectField } from "@/components/select-field";
import { TextField } from "@/components/text-field";
import { cn } from "@/lib/class-names";
import { endReasonSchema } from "@/protocol/end-reason";
import { type LogOptions, SEARCH_MAX_LENGTH } from "@/protocol/session-log";
import { countFilters, type LogAddress, logRanges, ownRangeFrom, wholeLog } from "./log-address";

interface LogFiltersProps {
  address: LogAddress;
  options: LogOptions | undefined;
  showOperator: boolean;
  /** Goes to the first page of what is chosen. */
  onChange: (next: LogAddress) => void;
  /** The same for what is being typed. */
  onType: (next: LogAddress) => void;
}

const TYPING_PAUSE_MS = 350;
/** A value that no category has, for they are never blank. */
const UNFILED = " ";
/** Filters have no errors; the room for them would push the list down. */
const compact = "mb-0 min-w-0 [&>[aria-live]]:hidden [&_input]:block";

/** What narrows the list. On a narrow screen the fields fold, and the button says how many are in use. */
export function LogFilters({ address, options, showOperator, onChange, onType }: LogFiltersProps) {
  const t = useTranslations("sessionLog.filters");
  const reasons = useTranslations("endReasons");
  const [unfolded, setUnfolded] = useState(false);
  const active = countFilters(address);
  const set = (part: Partial<LogAddress>) => onChange({ ...address, ...part, cursor: "", direction: "next" });
  return (
    <search aria-label={t("label")}>
      <div className="flex flex-wrap items-end gap-3 lg:grid lg:grid-cols-[minmax(16rem,2fr)_repeat(4,minmax(0,1fr))]">
        <SearchField address={address} onType={onType} />
        <Button className="h-11 lg:hidden" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          <ListFilter aria-hidden className="size-4" />
          {active > 0 ? t("active", { count: active }) : t("show")}
        </Button>
        <div className={cn("w-full grid-cols-2 gap-3 lg:contents", unfolded ? "grid" : "hidden")}>
          <SelectField
            label={t("range")}
            className={compact}
            value={address.range}
            onChange={({ target }) => {
              const range = logRanges.find((one) => one === target.value) ?? "all";
              if (range === "own") set(ownRangeFrom(address, new Date()));
              else set({ range });
            }}
            options={logRanges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
          />
          {address.range === "own" && (
            <>
              <TextField
                type="date"
                label={t("from")}
                className={compact}
                value={address.fromDay}
                max={address.toDay || undefined}
                onChange={({ target }) => set({ fromDay: target.value })}
              />
              <TextField
                type="date"
                label={t("to")}
                className={compact}
                value={address.toDay}
                min={address.fromDay || undefined}
                onChange={({ target }) => set({ toDay: target.value })}
              />
            </>
          )}
          {showOperator && (
            <SelectField
              label={t("operator")}
              className={compact}
              value={address.operatorId}
              onChange={({ target }) => set({ operatorId: target.value })}
              options={[
                { value: "", label: t("anyOperator") },
                ...(options?.operators ?? []).map(({ operatorId, name, isDeleted }) => ({
                  value: operatorId,
                  label: isDeleted ? t("deleted", { name }) : name,
                })),
              ]}
            />
          )}
          <SelectField
            label={t("category")}
            className={compact}
            value={address.category ?? UNFILED}
            onChange={({ target }) => set({ category: target.value === UNFILED ? null : target.value })}
            options={[
              { value: "", label: t("anyCategory") },
              { value: UNFILED, label: t("noCategory") },
              ...(options?.categories ?? []).map((category) => ({ value: category, label: category })),
            ]}
          />
          <SelectField
            label={t("reason")}
            className={compact}
            value={address.endReason}
            onChange={({ target }) => set({ endReason: endReasonSchema.safeParse(target.value).data ?? "" })}
            options={[
              { value: "", label: t("anyReason") },
              ...endReasonSchema.options.map((value) => ({ value, label: reasons(`${value}.short`) })),
            ]}
          />
          {active > 0 && (
            <Button
              variant="quiet"
              className="h-11"
              onClick={() => onChange({ ...wholeLog, sort: address.sort, descending: address.descending })}
            >
              <X aria-hidden className="size-4" />
              {t("reset")}
            </Button>
          )}
        </div>
      </div>
    </search>
  );
}

/** The search field holds what is being typed; the list follows after a pause. */
function SearchField({ address, onType }: Pick<LogFiltersProps, "address" | "onType">) {
  const t = useTranslations("sessionLog.filters");
  const [typed, setTyped] = useState(address.text);
  const sent = useRef(address.text);
  const latest = useRef({ address, onType });
  useEffect(() => {
    latest.current = { address, onType };
    // The address changed by itself: Back, or cleared filters.
    if (address.text !== sent.current) {
      sent.current = address.text;
      setTyped(address.text);
    }
  }, [address, onType]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      latest.current.onType({ ...latest.current.address, text: typed, cursor: "", direction: "next" });
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <TextField
      type="search"
      label={t("search")}
      placeholder={t("searchHint")}
      className={cn(compact, "flex-1")}
      maxLength={SEARCH_MAX_LENGTH}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      trailing={<Search aria-hidden className="mr-2 size-4 text-ink-muted" />}
    />
  );
}
