"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "@/components/select-field";
import { TextField } from "@/components/text-field";
import type { LogOptions } from "@/protocol/session-log";
import { ownRangeFrom, type ReportAddress, reportRanges } from "./report-address";

interface ReportFiltersProps {
  address: ReportAddress;
  operators: LogOptions["operators"];
  onChange: (next: ReportAddress) => void;
}

/** Filters have no errors of their own; the room for them would push the page down. */
const compact = "mb-0 min-w-0 sm:max-w-56 [&>[aria-live]]:hidden";

/** Which sessions the figures are of. */
export function ReportFilters({ address, operators, onChange }: ReportFiltersProps) {
  const t = useTranslations("reports");
  return (
    <div className="mb-6 grid grid-cols-2 gap-3 sm:flex sm:flex-wrap">
      <SelectField
        label={t("range")}
        className={compact}
        value={address.range}
        onChange={({ target }) => {
          const range = reportRanges.find((one) => one === target.value) ?? "month";
          onChange(range === "own" ? ownRangeFrom(address, new Date()) : { ...address, range });
        }}
        options={reportRanges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
      />
      <SelectField
        label={t("operator")}
        className={compact}
        value={address.operatorId}
        onChange={({ target }) => onChange({ ...address, operatorId: target.value })}
        options={[
          { value: "", label: t("everybody") },
          ...operators.map(({ operatorId, name, isDeleted }) => ({
            value: operatorId,
            label: isDeleted ? t("deleted", { name }) : name,
          })),
        ]}
      />
      {address.range === "own" && (
        <>
          <TextField
            type="date"
            label={t("from")}
            className={compact}
            value={address.fromDay}
            onChange={({ target }) => onChange({ ...address, fromDay: target.value })}
          />
          <TextField
            type="date"
            label={t("to")}
            className={compact}
            value={address.toDay}
            onChange={({ target }) => onChange({ ...address, toDay: target.value })}
          />
        </>
      )}
    </div>
  );
}
