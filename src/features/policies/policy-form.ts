import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { FieldErrors, Resolver } from "react-hook-form";
import { parseNetworkRange } from "@/lib/network-range";
import { type PolicyFields, policyFieldsSchema, policyLimits } from "@/protocol/company-policy";

/** The policy as a form holds it: lists as lines of text. */
export interface PolicyForm extends Omit<PolicyFields, "allowedNetworks" | "sessionCategories"> {
  allowedNetworks: string;
  sessionCategories: string;
}

/** The stored policy in the form. */
export function toForm(fields: PolicyFields): PolicyForm {
  return {
    ...fields,
    allowedNetworks: fields.allowedNetworks.join("\n"),
    sessionCategories: fields.sessionCategories.join("\n"),
  };
}

/** What the form says, as the server takes it. */
export function fromForm(form: PolicyForm): PolicyFields {
  return {
    ...form,
    allowedNetworks: linesOf(form.allowedNetworks).map(({ text }) => text),
    sessionCategories: linesOf(form.sessionCategories).map(({ text }) => text),
  };
}

export interface Line {
  /** Counted from 1, empty ones too, as an editor counts. */
  readonly number: number;
  readonly text: string;
}

/** The lines that say something. */
export function linesOf(text: string): Line[] {
  return text
    .split("\n")
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => line.text !== "");
}

/** The lines that are neither an address nor a range. */
export function wrongNetworks(text: string): Line[] {
  return linesOf(text).filter((line) => parseNetworkRange(line.text) === null);
}

/** Checks the form by the rules of the server, and says what is wrong in the viewer's language. */
export function usePolicyResolver(): Resolver<PolicyForm> {
  const t = useTranslations("policies");
  return useMemo(() => {
    const sentenceOf = (field: keyof PolicyForm, form: PolicyForm): string => {
      switch (field) {
        case "allowedNetworks": {
          const wrong = wrongNetworks(form.allowedNetworks);
          if (wrong.length === 0) return t("networks.tooMany", { max: policyLimits.allowedNetworks.max });
          const lines = wrong.map(({ number, text }) => t("networks.line", { line: number, text }));
          return t("networks.invalid", { lines: lines.join(", ") });
        }
        case "sessionCategories": {
          const { max, maxLength } = policyLimits.sessionCategories;
          return t("sessions.categoriesError", { max, length: maxLength });
        }
        case "consentText":
          return t("sessions.consentError", { max: policyLimits.consentText.maxLength });
        case "displayName":
          return t("customerPage.displayNameError", { max: policyLimits.displayName.maxLength });
        case "signInIdleMinutes":
        case "signInAbsoluteMinutes":
          return t("signIn.idleError");
        case "lockoutThreshold":
        case "receptionTtlMinutes":
        case "lockoutMinutes":
        case "passwordMaxAgeDays":
        case "sessionRetentionDays":
        case "auditRetentionDays":
          return t("outOfRange", policyLimits[field]);
        case "mfaRequired":
        case "autoAccept":
        case "allowControl":
        case "allowFiles":
        case "allowClipboard":
        case "allowRecording":
          return "";
      }
    };
    return (form) => {
      const checked = policyFieldsSchema.safeParse(fromForm(form));
      if (checked.success) return { values: form, errors: {} };
      const errors: FieldErrors<PolicyForm> = {};
      for (const { path } of checked.error.issues) {
        const field = policyFieldNames.find((name) => name === path[0]);
        if (field) errors[field] = { type: "rule", message: sentenceOf(field, form) };
      }
      return { values: {}, errors };
    };
  }, [t]);
}

const policyFieldNames = policyFieldsSchema.keyof().options;
