"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { CustomerSnapshot } from "@/media/session-state";
import { useSnapshot } from "./use-live-connection";

/** What a question needs of the customer's session. */
export interface QuestionSession {
  subscribe(listener: () => void): () => void;
  getSnapshot(): Pick<CustomerSnapshot, "control" | "permissions" | "toolPresent">;
  hold(): () => void;
}

interface QuestionCardProps {
  session: QuestionSession;
  operatorName: string;
  title: string;
  children: ReactNode;
  /** The answers, the safe one first. @param isReady whether a yes counts already */
  renderActions: (isReady: boolean) => ReactNode;
  /** Escape. */
  onDismiss: () => void;
}

/** Whoever presses sooner than this has pressed something else that was there a moment ago. */
const READY_AFTER_MS = 800;

/**
 * A question to the customer over the page. Not modal: Stop stays in sight above it and works. It takes the focus, without any of
 * its answers having it, so that no key pressed by chance is a yes; afterwards the focus goes back.
 *
 * Whatever only the customer may decide is asked with it: an operator who controls the machine has no hands for as long as it is
 * there, and a yes counts only from then on.
 */
export function QuestionCard({
  session,
  operatorName,
  title,
  children,
  renderActions,
  onDismiss,
}: QuestionCardProps) {
  const t = useTranslations("control.customer.holding");
  const { control, permissions, toolPresent } = useSnapshot(session);
  const id = useId();
  const card = useRef<HTMLDivElement>(null);
  const [isReady, setReady] = useState(false);
  useEffect(() => session.hold(), [session]);
  useEffect(() => {
    const before = document.activeElement;
    card.current?.focus({ preventScroll: true });
    const timer = setTimeout(() => setReady(true), READY_AFTER_MS);
    return () => {
      clearTimeout(timer);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    // Above what the bar with Stop covers on a phone, below it everywhere else.
    <div className="fixed inset-0 z-20 flex animate-appear items-end bg-black/50 px-4 pt-4 pb-40 sm:items-start sm:pt-48 sm:pb-4">
      <div
        ref={card}
        role="dialog"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-text`}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDismiss();
        }}
        className="mx-auto flex max-h-full w-full max-w-customer flex-col rounded-large border border-line bg-surface text-18 text-ink shadow-float outline-none"
      >
        <div className="min-h-0 overflow-y-auto p-5 pb-0 sm:p-6 sm:pb-0">
          <h2 id={`${id}-title`} className="font-semibold text-24">
            {title}
          </h2>
          <div id={`${id}-text`} className="mt-3 space-y-3">
            {children}
          </div>
          {permissions.control && toolPresent && (
            <p role="status" className="mt-3 text-15 text-ink-muted">
              {t(control.isShared ? "soon" : "now", { operator: operatorName })}
            </p>
          )}
        </div>
        {/* The answers stay in sight, however long the question is. */}
        <div className="flex flex-col gap-3 border-line border-t p-5 sm:flex-row-reverse sm:border-t-0 sm:justify-start sm:p-6">
          {renderActions(isReady && !control.isShared)}
        </div>
      </div>
    </div>
  );
}
