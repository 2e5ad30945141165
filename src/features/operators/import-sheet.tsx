"use client";

import { useMutation } from "@tanstack/react-query";
import { Download, FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type DragEvent, useId, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { Sheet } from "@/components/sheet";
import { cn } from "@/lib/class-names";
import { readFileAsBase64 } from "@/lib/read-file";
import { CSV_MAX_BYTES, type ImportPreview } from "@/protocol/operator-accounts";
import { useTRPC, useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { downloadCsv } from "./download-csv";
import { ImportPreviewList } from "./import-preview";
import { useOperatorChanges } from "./use-operator-changes";

interface ImportSheetProps {
  open: boolean;
  mailPossible: boolean;
  onClose: () => void;
}

/** A file that was read, as the server sees it. */
interface CheckedFile {
  readonly name: string;
  readonly content: string;
  readonly preview: ImportPreview;
}

/** Accounts from a file: choose, look at what is wrong, import. */
export function ImportSheet({ open, mailPossible, onClose }: ImportSheetProps) {
  const t = useTranslations("operators.importSheet");
  const api = useTRPCClient();
  const trpc = useTRPC();
  const { notify } = useNotices();
  const refresh = useOperatorChanges();
  const [checked, setChecked] = useState<CheckedFile | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const check = useMutation({
    mutationFn: async (file: File): Promise<CheckedFile> => {
      const content = await readFileAsBase64(file);
      return {
        name: file.name,
        content,
        preview: await api.operators.previewImport.mutate({ file: content }),
      };
    },
    onSuccess: setChecked,
  });
  const submit = useMutation(trpc.operators.import.mutationOptions());
  const close = () => {
    setChecked(null);
    setTooLarge(false);
    check.reset();
    submit.reset();
    onClose();
  };
  const choose = (file: File | undefined) => {
    if (!file) return;
    setTooLarge(file.size > CSV_MAX_BYTES);
    if (file.size <= CSV_MAX_BYTES) check.mutate(file);
  };
  const run = () => {
    if (!checked) return;
    submit.mutate(
      { file: checked.content },
      {
        onSuccess: ({ created }) => {
          notify(t("done", { count: created }));
          close();
          void refresh();
        },
      },
    );
  };
  const rows = checked?.preview.rows.length ?? 0;
  const left = checked ? checked.preview.seats.total - checked.preview.seats.used : 0;
  const ready = checked !== null && checked.preview.faulty === 0 && rows <= left && mailPossible;
  return (
    <Sheet
      open={open}
      onOpenChange={(next) => {
        if (!next) close();
      }}
      wide
      title={t("title")}
      description={t("lead")}
      footer={
        checked ? (
          <>
            <Button
              onClick={() => {
                setChecked(null);
                submit.reset();
              }}
            >
              {t("another")}
            </Button>
            <Button variant="primary" busy={submit.isPending} disabled={!ready} onClick={run}>
              {t("submit", { count: rows })}
            </Button>
          </>
        ) : undefined
      }
    >
      {submit.isError && <ErrorNotice {...refusalOf(submit.error)} className="mb-4" />}
      {checked ? (
        <ImportPreviewList fileName={checked.name} preview={checked.preview} />
      ) : (
        <>
          <ChooseFile busy={check.isPending} disabled={!mailPossible} onChoose={choose} />
          {!mailPossible && <p className="mt-3 text-15 text-warn-text">{t("mailMissing")}</p>}
          {tooLarge && <ErrorNotice code="CSV_INVALID" className="mt-4" />}
          {check.isError && !tooLarge && <ErrorNotice {...refusalOf(check.error)} className="mt-4" />}
          <p className="mt-4 text-15 text-ink-muted">{t("columns")}</p>
          <TemplateButton />
        </>
      )}
    </Sheet>
  );
}

function ChooseFile({
  busy,
  disabled,
  onChoose,
}: {
  busy: boolean;
  disabled: boolean;
  onChoose: (file: File | undefined) => void;
}) {
  const t = useTranslations("operators.importSheet");
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!disabled) onChoose(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra for the mouse; the field inside does the same
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        "relative flex flex-col items-center rounded border border-line-strong border-dashed px-6 py-10 text-center focus-within:outline-2 focus-within:outline-accent focus-within:outline-offset-2",
        over && "border-accent bg-accent-soft",
      )}
    >
      <FileUp aria-hidden className="size-8 text-ink-muted" />
      <label htmlFor={id} className="mt-3 font-semibold text-15 text-accent">
        {t("choose")}
      </label>
      <p className="text-13 text-ink-muted" aria-live="polite">
        {busy ? t("reading") : t("drop")}
      </p>
      <input
        id={id}
        type="file"
        accept=".csv,.txt,text/csv"
        disabled={disabled || busy}
        onChange={(event) => {
          onChoose(event.target.files?.[0]);
          // So that the same file, corrected, can be chosen again.
          event.target.value = "";
        }}
        className="absolute inset-0 cursor-pointer opacity-0"
      />
    </div>
  );
}

/** A file to fill in, with one row as an example. */
function TemplateButton() {
  const t = useTranslations("operators");
  const { id, name, email, role, language } = {
    id: t("csv.id"),
    name: t("csv.name"),
    email: t("csv.email"),
    role: t("csv.role"),
    language: t("csv.language"),
  };
  return (
    <Button
      className="mt-3"
      onClick={() =>
        downloadCsv(t("importSheet.templateFile"), [
          [id, name, email, role, language],
          [
            "operator1",
            t("importSheet.templateName"),
            "operator1@example.com",
            t("roles.operator"),
            t("languages.ja"),
          ],
        ])
      }
    >
      <Download aria-hidden className="size-4" />
      {t("importSheet.template")}
    </Button>
  );
}
