"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type KeyboardEvent, type ReactNode, type Ref, useId, useState } from "react";
import { Button } from "@/components/button";
import { cn } from "@/lib/class-names";
import { CHAT_MAX_LENGTH } from "@/protocol/data-channels";

interface ChatComposerProps {
  onSend: (text: string) => boolean;
  size: "medium" | "large";
  icon: ReactNode;
  fieldRef?: Ref<HTMLTextAreaElement>;
}

/** From here on the reader is told how much room is left. */
const COUNT_FROM = CHAT_MAX_LENGTH - 200;
/** `keyCode` of a key press that an input method has taken for itself; Safari reports Enter so, after the composition ended. */
const TAKEN_BY_INPUT_METHOD = 229;

/** The field to write a message in. Enter sends, Shift + Enter starts a line; a text that is not taken stays. */
export function ChatComposer({ onSend, size, icon, fieldRef }: ChatComposerProps) {
  const t = useTranslations("session.chat");
  const id = useId();
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(false);
  const large = size === "large";

  const send = () => {
    if (text.trim().length === 0) return;
    const taken = onSend(text);
    setFailed(!taken);
    if (taken) setText("");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    // Enter that picks a word of a Japanese input method is not the end of the message.
    if (event.nativeEvent.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD) return;
    event.preventDefault();
    send();
  };

  return (
    <form onSubmit={submit} className="p-3">
      <label htmlFor={id} className={cn("mb-1 block font-semibold", large ? "text-18" : "text-13")}>
        {t("message")}
      </label>
      <div className="flex items-end gap-2">
        <textarea
          id={id}
          ref={fieldRef}
          value={text}
          rows={1}
          maxLength={CHAT_MAX_LENGTH}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setText(event.target.value);
            setFailed(false);
          }}
          onKeyDown={press}
          className={cn(
            "field-sizing-content max-h-40 min-w-0 flex-1 resize-none rounded border border-line-strong bg-surface text-ink",
            large ? "min-h-14 px-4 py-3 text-18" : "min-h-10 px-3 py-[7px] text-15",
          )}
        />
        <Button
          type="submit"
          variant="secondary"
          size={large ? "large" : "medium"}
          className="[&_svg]:size-4"
        >
          {icon}
          {t("send")}
        </Button>
      </div>
      {/* One line for all three, so that nothing moves when one takes the other's place. */}
      <p
        id={`${id}-hint`}
        className={cn("mt-1 text-ink-muted", large ? "min-h-6 text-15" : "min-h-5 text-13")}
      >
        {failed ? null : text.length >= COUNT_FROM ? (
          t("remaining", { count: text.length, max: CHAT_MAX_LENGTH })
        ) : (
          <span className="pointer-coarse:hidden">{t("hint")}</span>
        )}
        <span role="alert" className="text-stop-text">
          {failed && t("failed")}
        </span>
      </p>
    </form>
  );
}
