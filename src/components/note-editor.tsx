"use client";

import { Check, CircleAlert, LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useRef, useState } from "react";
import { Autosave, type AutosaveState } from "@/lib/autosave";
import { SelectField } from "./select-field";
import { TextareaField } from "./textarea-field";

export interface NoteDraft {
  readonly note: string;
  readonly category: string | null;
}

interface NoteEditorProps {
  /** Names the draft in the tab's storage. */
  storageKey: string;
  /** What is stored on the server. */
  saved: NoteDraft;
  categories: readonly string[];
  maxLength: number;
  onSave: (draft: NoteDraft) => Promise<unknown>;
  /** True for a rejection of `onSave` that another try cannot change. */
  isFinal: (error: unknown) => boolean;
  rows?: number | undefined;
}

const NONE = "";

/**
 * A note and its category, saved while they are written; there is no button to forget. What is not saved yet survives a reload
 * of the tab, and is saved at once when the page is left.
 */
export function NoteEditor({
  storageKey,
  saved,
  categories,
  maxLength,
  onSave,
  isFinal,
  rows,
}: NoteEditorProps) {
  const t = useTranslations("sessionLog.note");
  const [draft, setDraft] = useState(saved);
  // Somebody who finds a note here again, after a reload or the session's end, is told that it is safe.
  const [state, setState] = useState<AutosaveState | null>(
    saved.note !== "" || saved.category !== null ? "saved" : null,
  );
  const latest = useRef({ onSave, isFinal });
  useEffect(() => {
    latest.current = { onSave, isFinal };
  }, [onSave, isFinal]);
  const autosave = useMemo(
    () =>
      new Autosave<NoteDraft>({
        save: (next) => latest.current.onSave(next),
        isFinal: (error) => latest.current.isFinal(error),
        keep: draftKeeper(storageKey),
        onState: setState,
      }),
    [storageKey],
  );
  useEffect(() => {
    const kept = loadDraft(storageKey);
    if (kept) {
      setDraft(kept);
      autosave.change(kept);
    }
    const hidden = () => {
      if (document.visibilityState === "hidden") autosave.flush();
    };
    document.addEventListener("visibilitychange", hidden);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      // The session may end, or another page be opened, under the typing.
      autosave.flush();
    };
  }, [autosave, storageKey]);

  const change = (next: NoteDraft) => {
    setDraft(next);
    if (next.note.length <= maxLength) autosave.change(next);
  };
  const isTooLong = draft.note.length > maxLength;
  const offered =
    draft.category !== null && !categories.includes(draft.category)
      ? [draft.category, ...categories]
      : categories;
  return (
    <div>
      <TextareaField
        label={t("label")}
        hint={t("hint")}
        error={isTooLong ? t("tooLong", { max: maxLength }) : undefined}
        rows={rows ?? 8}
        value={draft.note}
        onChange={(event) => change({ ...draft, note: event.target.value })}
      />
      {offered.length > 0 && (
        <SelectField
          label={t("category")}
          value={draft.category ?? NONE}
          onChange={(event) => change({ ...draft, category: event.target.value || null })}
          options={[
            { value: NONE, label: t("noCategory") },
            ...offered.map((category) => ({ value: category, label: category })),
          ]}
        />
      )}
      <SaveState state={state} />
    </div>
  );
}

function SaveState({ state }: { state: AutosaveState | null }) {
  const t = useTranslations("sessionLog.note");
  const looks = {
    saved: { icon: <Check aria-hidden className="size-4 text-good-text" />, tone: "text-ink-muted" },
    unsaved: { icon: null, tone: "text-ink-muted" },
    saving: {
      icon: <LoaderCircle aria-hidden className="size-4 animate-spin" />,
      tone: "text-ink-muted",
    },
    failed: { icon: <CircleAlert aria-hidden className="size-4 shrink-0" />, tone: "text-stop-text" },
    refused: { icon: <CircleAlert aria-hidden className="size-4 shrink-0" />, tone: "text-stop-text" },
  } as const;
  return (
    // Polite, and only for what stays: every keystroke would be read out otherwise.
    <p role="status" className="flex min-h-6 items-center gap-1.5 text-13">
      {state && (
        <span className={`flex items-center gap-1.5 ${looks[state].tone}`}>
          {looks[state].icon}
          {t(state)}
        </span>
      )}
    </p>
  );
}

const KEY_PREFIX = "madoguchi.note.";

/** Forgets only what it kept itself: another editor of the same note may have taken over. */
function draftKeeper(key: string): (draft: NoteDraft | null) => void {
  let mine: string | null = null;
  return (draft) => {
    try {
      const storage = window.sessionStorage;
      if (draft) {
        mine = JSON.stringify(draft);
        storage.setItem(KEY_PREFIX + key, mine);
      } else if (storage.getItem(KEY_PREFIX + key) === mine) {
        storage.removeItem(KEY_PREFIX + key);
      }
    } catch {
      // A full or forbidden storage is no error: the draft is then lost on a reload within the second before it is saved.
    }
  };
}

function loadDraft(key: string): NoteDraft | null {
  try {
    const kept: unknown = JSON.parse(window.sessionStorage.getItem(KEY_PREFIX + key) ?? "null");
    if (typeof kept !== "object" || kept === null || !("note" in kept) || !("category" in kept)) return null;
    const { note, category } = kept;
    if (typeof note !== "string" || (typeof category !== "string" && category !== null)) return null;
    return { note, category };
  } catch {
    return null;
  }
}
