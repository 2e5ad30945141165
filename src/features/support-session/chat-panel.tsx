"use client";

import { ArrowDown, SendHorizontal } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { type Ref, useLayoutEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { cn } from "@/lib/class-names";
import type { ChatEntry } from "@/media/session-state";
import { ChatComposer } from "./chat-composer";

interface ChatPanelProps {
  entries: readonly ChatEntry[];
  /** How the other side is called: the operator's name, or "Customer". */
  otherName: string;
  /** @returns false when the text was not taken; it then stays in the field */
  onSend: (text: string) => boolean;
  /** `large`: 18 px and 56 px, for customer pages. */
  size?: "medium" | "large";
  className?: string;
  /** The text field, for a key that leads to it. */
  fieldRef?: Ref<HTMLTextAreaElement>;
}

/** Nearer to the end than this counts as being at the end. */
const AT_END_PX = 24;

/** The conversation and the field to write in. Everything said is shown as text, whatever it looks like. */
export function ChatPanel({
  entries,
  otherName,
  onSend,
  size = "medium",
  className,
  fieldRef,
}: ChatPanelProps) {
  const t = useTranslations("session.chat");
  const { log, newBelow, goToEnd, onScroll } = useLogScroll(entries);
  return (
    <div className={cn("relative flex min-h-0 flex-col", className)}>
      <div
        ref={log}
        role="log"
        aria-label={t("log")}
        // A region that scrolls must be within reach of the keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the arrow keys.
        tabIndex={0}
        onScroll={onScroll}
        className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain px-4 py-3 focus-visible:-outline-offset-2"
      >
        {entries.length === 0 ? (
          <NothingSaid size={size} />
        ) : (
          <ol className="flex flex-col gap-3">
            {entries.map((entry) => (
              <Message key={entry.messageId} entry={entry} otherName={otherName} size={size} />
            ))}
          </ol>
        )}
      </div>
      <div className="relative border-line border-t">
        {newBelow > 0 && (
          <Button
            variant="primary"
            size="small"
            className="absolute bottom-full left-1/2 mb-2 -translate-x-1/2 rounded-full shadow-float"
            onClick={goToEnd}
          >
            <ArrowDown aria-hidden className="size-4" />
            {t("newMessages", { count: newBelow })}
          </Button>
        )}
        <ChatComposer onSend={onSend} size={size} icon={<SendHorizontal aria-hidden />} fieldRef={fieldRef} />
      </div>
    </div>
  );
}

function NothingSaid({ size }: { size: "medium" | "large" }) {
  const t = useTranslations("session.chat");
  return (
    <div className={cn("py-4 text-ink-muted", size === "large" ? "text-18" : "text-15")}>
      <p className="font-semibold text-ink">{t("empty")}</p>
      <p>{t("emptyDetail")}</p>
    </div>
  );
}

function Message({
  entry,
  otherName,
  size,
}: {
  entry: ChatEntry;
  otherName: string;
  size: "medium" | "large";
}) {
  const t = useTranslations("session.chat");
  const format = useFormatter();
  const mine = entry.from === "me";
  return (
    <li className={cn("flex max-w-[88%] flex-col", mine ? "items-end self-end" : "items-start self-start")}>
      <span className={cn("text-ink-muted", size === "large" ? "text-15" : "text-13")}>
        {/* A message is on its way for a moment; only one that stays there is worth a word. It stands on the open side of the
            line, so that the rest does not move when it goes. */}
        {!entry.delivered && (
          <span className="animate-appear text-warn-text [animation-delay:1.5s] [animation-fill-mode:backwards]">
            <span title={t("undeliveredDetail")}>{t("undelivered")}</span>
            {" · "}
          </span>
        )}
        {mine ? t("you") : otherName}{" "}
        <time dateTime={entry.sentAt.toISOString()}>
          {format.dateTime(entry.sentAt, { timeStyle: "short" })}
        </time>
      </span>
      <p
        className={cn(
          "mt-0.5 whitespace-pre-wrap rounded border px-3 py-2 [overflow-wrap:anywhere]",
          mine ? "border-transparent bg-accent-soft" : "border-line bg-surface",
          size === "large" ? "text-18" : "text-15",
        )}
      >
        {entry.text}
      </p>
    </li>
  );
}

/** Stays at the end of the conversation, unless the reader has scrolled up; then it counts what has come below. */
function useLogScroll(entries: readonly ChatEntry[]) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const known = useRef(entries.length);
  const [newBelow, setNewBelow] = useState(0);

  const goToEnd = () => {
    const element = log.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    setNewBelow(0);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolling follows the conversation, and nothing else.
  useLayoutEffect(() => {
    const added = entries.slice(known.current);
    known.current = entries.length;
    if (atEnd.current || added.some((entry) => entry.from === "me")) goToEnd();
    else if (added.length > 0) setNewBelow((count) => count + added.length);
  }, [entries]);

  const onScroll = () => {
    const element = log.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight <= AT_END_PX;
    if (atEnd.current) setNewBelow(0);
  };

  return { log, newBelow, goToEnd, onScroll };
}
