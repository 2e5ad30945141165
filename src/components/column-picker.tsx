"use client";

import { Check, Columns3 } from "lucide-react";
import { useTranslations } from "next-intl";
import { DropdownMenu } from "radix-ui";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { Button } from "./button";

interface HiddenColumns {
  readonly ids: readonly string[];
  toggle(id: string): void;
}

const CHANGED = "madoguchi:columns";

/** The columns that a viewer has hidden in this browser. */
export function useHiddenColumns(storageKey: string | undefined): HiddenColumns {
  const key = storageKey === undefined ? undefined : `madoguchi.columns.${storageKey}`;
  const stored = useSyncExternalStore(
    subscribe,
    () => (key === undefined ? "" : read(key)),
    () => "",
  );
  const ids = useMemo(() => stored.split(",").filter(Boolean), [stored]);
  const toggle = useCallback(
    (id: string) => {
      if (key === undefined) return;
      const former = read(key).split(",").filter(Boolean);
      const next = former.includes(id) ? former.filter((one) => one !== id) : [...former, id];
      write(key, next.join(","));
    },
    [key],
  );
  return { ids, toggle };
}

/** Which columns are shown. */
export function ColumnPicker({
  columns,
  hidden,
}: {
  columns: readonly { readonly id: string; readonly header: string }[];
  hidden: HiddenColumns;
}) {
  const t = useTranslations("common.table");
  if (columns.length === 0) return null;
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        {/* Without its word on common screens: the filters beside it need the room more. */}
        <Button title={t("columns")} className="h-11 px-3.5">
          <Columns3 aria-hidden className="size-4" />
          <span className="max-2xl:sr-only">{t("columns")}</span>
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-50 min-w-48 animate-appear rounded border border-line bg-surface p-1 text-ink shadow-float"
        >
          {columns.map((column) => (
            <DropdownMenu.CheckboxItem
              key={column.id}
              checked={!hidden.ids.includes(column.id)}
              onCheckedChange={() => hidden.toggle(column.id)}
              // Stays open: several columns are usually chosen at once.
              onSelect={(event) => event.preventDefault()}
              className="relative flex min-h-9 select-none items-center rounded-small py-1.5 pr-3 pl-8 text-15 outline-none data-highlighted:bg-accent-soft"
            >
              <DropdownMenu.ItemIndicator className="absolute left-2">
                <Check aria-hidden className="size-4 text-accent" />
              </DropdownMenu.ItemIndicator>
              {column.header}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** A browser may refuse its storage: then nothing is hidden, and nothing is remembered. */
function read(key: string): string {
  try {
    return window.localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function write(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value);
  } catch {
    return;
  }
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener);
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener("storage", listener);
  };
}
