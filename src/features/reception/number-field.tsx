"use client";

import { type ChangeEvent, type CompositionEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { cn } from "@/lib/class-names";
import { caretAfterGrouping, digitsOf, groupDigits } from "./typed-number";

interface NumberFieldProps {
  id: string;
  /** At most six digits. */
  digits: string;
  onChange: (digits: string) => void;
  invalid: boolean;
  describedBy: string;
  /** Takes the focus when it appears: it is the only thing to do on its page. */
  takesFocus: boolean;
}

/**
 * The reception number: one real text field, so that pasting, the caret, keyboards and screen readers work as everywhere,
 * over two frames of three figures each. The figures are monospaced, so the frames line up by plain measure (`ch`).
 */
export function NumberField({ id, digits, onChange, invalid, describedBy, takesFocus }: NumberFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);
  /** What an input method is composing; touching it in between would break the composition. */
  const [composing, setComposing] = useState<string | null>(null);

  const accept = (field: HTMLInputElement) => {
    caret.current = caretAfterGrouping(field.value, field.selectionStart ?? field.value.length);
    onChange(digitsOf(field.value));
  };
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    if (composing === null) accept(event.currentTarget);
    else setComposing(event.currentTarget.value);
  };
  const endComposing = (event: CompositionEvent<HTMLInputElement>) => {
    setComposing(null);
    accept(event.currentTarget);
  };

  const text = composing ?? groupDigits(digits);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret is put back whenever the text was written anew.
  useLayoutEffect(() => {
    if (caret.current === null || document.activeElement !== input.current) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [text]);

  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);

  return (
    <div
      className={cn(
        // The field is a little wider than its frames, or the caret behind the last figure would scroll it.
        // Each figure takes 1ch and 0.3em of air; two frames of three, and the space between them as the gap.
        "relative mx-auto w-fit font-mono font-semibold text-[clamp(2.25rem,13vw,3.5rem)] leading-none",
        "rounded-large has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-4",
      )}
    >
      <div aria-hidden className="pointer-events-none absolute inset-0 flex gap-[calc(1ch+0.3em)]">
        {["first", "second"].map((group) => (
          <div
            key={group}
            className={cn(
              "h-full w-[calc(3ch+0.9em)] rounded border-2 bg-surface outline outline-transparent",
              invalid ? "border-stop-text" : "border-line-strong",
            )}
          />
        ))}
      </div>
      <input
        ref={input}
        id={id}
        name="reception-number"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="go"
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        value={text}
        onChange={change}
        onCompositionStart={(event) => setComposing(event.currentTarget.value)}
        onCompositionEnd={endComposing}
        className="relative -mr-[0.5em] h-[1.9em] w-[calc(7ch+2.6em)] bg-transparent pl-[0.15em] tracking-[0.3em] caret-accent outline-none selection:bg-accent-soft selection:text-ink"
      />
    </div>
  );
}
