"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import { Fragment } from "react";
import { formatDuration } from "@/lib/format-duration";

const GIBIBYTE = 1024 ** 3;
const TEBIBYTE = 1024 ** 4;
const SECONDS_PER_DAY = 86_400;

/** A machine as it has described itself. */
interface Machine {
  readonly osName: string;
  readonly osVersion: string;
  readonly hostName: string;
  readonly cpuModel: string;
  readonly cpuCores: number;
  readonly memoryTotalBytes: number;
  readonly memoryFreeBytes: number;
  readonly disks: readonly {
    readonly name: string;
    readonly totalBytes: number;
    readonly freeBytes: number;
  }[];
  readonly networkAddresses: readonly { readonly name: string; readonly address: string }[];
  readonly uptimeSeconds: number;
}

/** A line of a fact; of several each may have a name of its own, as disks have. */
interface Line {
  readonly name?: string;
  readonly value: string;
}

/** What there is to be said of a machine, in the order in which it is read. */
export function useMachineFacts(
  machine: Machine,
): readonly (readonly [name: string, lines: readonly Line[]])[] {
  const t = useTranslations("sessionLog.toolDevice");
  const size = useSize();
  const uptime = useUptime();
  const freeOf = (freeBytes: number, totalBytes: number) =>
    t("freeOf", { free: size(freeBytes), total: size(totalBytes) });
  return [
    [t("os"), [{ value: `${machine.osName} ${machine.osVersion}`.trim() }]],
    [t("hostName"), [{ value: machine.hostName }]],
    [t("cpu"), [{ value: machine.cpuModel }, { value: t("cores", { count: machine.cpuCores }) }]],
    [t("memory"), [{ value: freeOf(machine.memoryFreeBytes, machine.memoryTotalBytes) }]],
    [
      t("disks"),
      machine.disks.map(({ name, freeBytes, totalBytes }) => ({
        name,
        value: freeOf(freeBytes, totalBytes),
      })),
    ],
    [t("addresses"), machine.networkAddresses.map(({ name, address }) => ({ name, value: address }))],
    [t("uptime"), [{ value: uptime(machine.uptimeSeconds) }]],
  ];
}

/** The lines of one fact, each once; those of one name under it. A name stands beside its values where there is room, else above them. */
export function FactLines({ lines }: { lines: readonly Line[] }) {
  const byName = new Map<string | undefined, Set<string>>();
  for (const { name, value } of lines) byName.set(name, (byName.get(name) ?? new Set()).add(value));
  return [...byName].map(([name, values]) => (
    <span key={name ?? ""} className="not-first:mt-1 flex flex-wrap justify-between gap-x-4">
      {name !== undefined && <span className="text-ink-muted">{name}</span>}
      <span>
        {[...values].map((value) => (
          <span key={value} className="block">
            <Breakable text={value} />
          </span>
        ))}
      </span>
    </span>
  ));
}

/** Lines of an address or a host's name, which have no spaces, are broken between their parts. */
function Breakable({ text }: { text: string }) {
  if (/\s/u.test(text)) return text;
  const parts = text.split(/(?<=[:.])/u);
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts repeat, and never change their order
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

/** Sizes as systems show them: 1 GB is 1024 MB. */
function useSize(): (bytes: number) => string {
  const format = useFormatter();
  return (bytes) => {
    const [unit, name] = bytes >= TEBIBYTE ? ([TEBIBYTE, "TB"] as const) : ([GIBIBYTE, "GB"] as const);
    const value = bytes / unit;
    return `${format.number(value, { maximumFractionDigits: value < 100 ? 1 : 0 })}\u00a0${name}`;
  };
}

/** From a day on, days first: `3 days 4 h 12 min`. */
function useUptime(): (seconds: number) => string {
  const t = useTranslations("sessionLog.toolDevice");
  const locale = useLocale();
  return (seconds) => {
    const days = Math.floor(seconds / SECONDS_PER_DAY);
    const rest = formatDuration(seconds % SECONDS_PER_DAY, locale);
    return days === 0 ? rest : t("days", { days, rest });
  };
}
