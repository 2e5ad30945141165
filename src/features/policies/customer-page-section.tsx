"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Building2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import type { UseFormReturn } from "react-hook-form";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { TextField } from "@/components/text-field";
import { readFileAsBase64 } from "@/lib/read-file";
import { LOGO_MAX_BYTES, logoMediaTypes } from "@/protocol/company-policy";
import { useTRPC, useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import type { PolicyForm } from "./policy-form";
import { Section } from "./section";

interface CustomerPageSectionProps {
  form: UseFormReturn<PolicyForm>;
  companyName: string;
  /** A `data:` URL; null: none. */
  logo: string | null;
}

class LogoTooLarge extends Error {
  readonly data = { appCode: "LOGO_REFUSED" };
}

/** Name and logo, and how a customer will see them. */
export function CustomerPageSection({ form, companyName, logo }: CustomerPageSectionProps) {
  const t = useTranslations("policies.customerPage");
  const shownName = form.watch("displayName").trim() || companyName;
  return (
    <Section title={t("title")} description={t("description")}>
      <TextField
        label={t("displayName")}
        hint={t("displayNameHint", { company: companyName })}
        autoComplete="off"
        error={form.formState.errors.displayName?.message}
        {...form.register("displayName")}
      />
      <LogoField logo={logo} />
      <Preview name={shownName} logo={logo} consentText={form.watch("consentText").trim()} />
    </Section>
  );
}

function LogoField({ logo }: { logo: string | null }) {
  const t = useTranslations("policies.customerPage");
  const api = useTRPCClient();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { notify } = useNotices();
  const input = useRef<HTMLInputElement>(null);
  const change = useMutation({
    mutationFn: async (file: File | null) => {
      if (file === null) {
        await api.policies.removeLogo.mutate({});
        return t("logoRemoved");
      }
      if (file.size > LOGO_MAX_BYTES) throw new LogoTooLarge();
      await api.policies.setLogo.mutate({ content: await readFileAsBase64(file) });
      return t("logoSaved");
    },
    onSuccess: async (said) => {
      notify(said);
      await queries.invalidateQueries({ queryKey: trpc.policies.get.queryKey() });
    },
  });
  return (
    <div>
      <p className="mb-1.5 font-semibold text-15">{t("logo")}</p>
      <div className="flex flex-wrap gap-2">
        <Button busy={change.isPending} onClick={() => input.current?.click()}>
          {logo === null ? t("upload") : t("replace")}
        </Button>
        {logo !== null && (
          <Button variant="quiet" disabled={change.isPending} onClick={() => change.mutate(null)}>
            {t("remove")}
          </Button>
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept={logoMediaTypes.join(",")}
        aria-label={t("logo")}
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) change.mutate(file);
          event.target.value = "";
        }}
      />
      <p className="mt-1.5 text-13 text-ink-muted">{t("logoHint")}</p>
      {change.isError && <ErrorNotice {...refusalOf(change.error)} className="mt-3" />}
    </div>
  );
}

/** The head of the consent page in small. Nothing in it can be pressed. */
function Preview({ name, logo, consentText }: { name: string; logo: string | null; consentText: string }) {
  const t = useTranslations("policies.customerPage");
  return (
    <figure className="pt-3">
      <figcaption className="mb-1.5 font-semibold text-15">{t("preview")}</figcaption>
      <div className="rounded-large border border-line bg-ground p-6">
        <div className="flex min-h-12 items-center gap-3">
          {logo === null ? (
            <span
              role="img"
              aria-label={t("noLogo")}
              className="flex size-12 items-center justify-center rounded bg-sunken text-ink-muted"
            >
              <Building2 aria-hidden className="size-6" />
            </span>
          ) : (
            // biome-ignore lint/performance/noImgElement: a data URL has nothing that could be optimised
            <img src={logo} alt={t("logoAlt", { name })} className="max-h-12 max-w-40 object-contain" />
          )}
          <span className="min-w-0 break-words font-semibold text-15">{name}</span>
        </div>
        <p className="mt-4 font-semibold text-18">{t("previewAsk", { name })}</p>
        {consentText !== "" && <p className="mt-2 whitespace-pre-line break-words text-15">{consentText}</p>}
        <span
          aria-hidden
          className="mt-4 inline-flex h-10 items-center rounded bg-accent px-4 font-semibold text-15 text-on-accent"
        >
          {t("previewAgree")}
        </span>
      </div>
    </figure>
  );
}
