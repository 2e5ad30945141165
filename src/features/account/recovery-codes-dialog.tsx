"use client";

import { useTranslations } from "next-intl";
import { Dialog as RadixDialog } from "radix-ui";
import { RecoveryCodes } from "./recovery-codes";

interface RecoveryCodesDialogProps {
  /** Empty: nothing to show. */
  codes: readonly string[];
  account: string;
  onDone: () => void;
}

/**
 * The new codes over the page. Neither Escape nor a press beside it closes it, for what it shows never comes back: only the
 * button does, which comes alive when the codes are said to be kept.
 */
export function RecoveryCodesDialog({ codes, account, onDone }: RecoveryCodesDialogProps) {
  const t = useTranslations("account.recovery");
  const stay = (event: Event) => event.preventDefault();
  return (
    <RadixDialog.Root open={codes.length > 0}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-appear bg-black/50" />
        <RadixDialog.Content
          aria-describedby={undefined}
          onEscapeKeyDown={stay}
          onPointerDownOutside={stay}
          onInteractOutside={stay}
          className="fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] max-w-lg -translate-x-1/2 -translate-y-1/2 animate-appear overflow-y-auto rounded-large border border-line bg-surface p-6 text-ink shadow-float"
        >
          <RadixDialog.Title className="mb-2 font-semibold text-18">{t("shownTitle")}</RadixDialog.Title>
          <RecoveryCodes codes={codes} account={account} onDone={onDone} />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
