"use client";

import { CircleCheck } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";

/** Long enough to read two lines; the result itself is on the page (WCAG 2.2.1 does not apply to what is shown elsewhere too). */
const SHOWN_FOR_MS = 6_000;

interface Notices {
  /** Says in a sentence that something was done. Refusals belong where they happened, see ErrorNotice. */
  notify: (text: string) => void;
}

const NoticesContext = createContext<Notices | null>(null);

/**
 * What was done, at the page's lower edge, for a few seconds.
 *
 * @throws Error outside of {@link NoticesProvider}
 */
export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (!notices) throw new Error("useNotices needs a NoticesProvider around it.");
  return notices;
}

/** Holds the one notice that is shown; the newest replaces the one before. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<{ readonly text: string; readonly id: number } | null>(null);
  const notify = useCallback(
    (text: string) => setNotice((former) => ({ text, id: (former?.id ?? 0) + 1 })),
    [],
  );
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(null), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  const value = useMemo(() => ({ notify }), [notify]);
  return (
    <NoticesContext.Provider value={value}>
      {children}
      <div
        role="status"
        className="pointer-events-none fixed inset-x-0 bottom-0 z-50 flex justify-center px-4 pb-6"
      >
        {notice && (
          <p
            key={notice.id}
            className="flex animate-appear items-center gap-2 rounded border border-line bg-surface px-4 py-3 text-15 text-ink shadow-float"
          >
            <CircleCheck aria-hidden className="size-5 shrink-0 text-good-text" />
            {notice.text}
          </p>
        )}
      </div>
    </NoticesContext.Provider>
  );
}
