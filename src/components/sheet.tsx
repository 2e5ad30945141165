"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as RadixDialog } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";
import { Button } from "./button";

interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** Buttons, the main one last; they stay in sight while the rest scrolls. */
  footer?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** A page at the window's right edge, over the list that it belongs to; on a phone over all of it. Escape closes it. */
export function Sheet({
  open,
  onOpenChange,
  title,
  description,
  footer,
  wide = false,
  children,
}: SheetProps) {
  const t = useTranslations("common");
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-appear bg-black/50" />
        <RadixDialog.Content
          // Radix asks for this when there is no description to point at.
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={cn(
            "fixed inset-y-0 right-0 z-50 flex h-dvh w-full animate-appear flex-col border-line bg-surface text-ink shadow-float sm:border-l",
            wide ? "max-w-2xl" : "max-w-md",
          )}
        >
          <div className="flex items-start justify-between gap-4 border-line border-b px-6 py-4">
            <div className="min-w-0">
              <RadixDialog.Title className="font-semibold text-18">{title}</RadixDialog.Title>
              {description !== undefined && (
                <RadixDialog.Description asChild>
                  <div className="mt-1 text-15 text-ink-muted">{description}</div>
                </RadixDialog.Description>
              )}
            </div>
            <RadixDialog.Close asChild>
              <Button variant="quiet" size="small" square aria-label={t("close")} className="-mr-2">
                <X aria-hidden className="size-4" />
              </Button>
            </RadixDialog.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-6 py-5">{children}</div>
          {footer !== undefined && (
            <div className="flex flex-wrap justify-end gap-2 border-line border-t px-6 py-4">{footer}</div>
          )}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
