"use client";

import { useTranslations } from "next-intl";
import { Badge, type Tone } from "@/components/badge";
import type { CompanyState } from "@/protocol/provider-site";

const tones: Readonly<Record<CompanyState, Tone>> = {
  active: "good",
  suspended: "warn",
  closed: "neutral",
  deleted: "neutral",
};

/** A company's state in a word. */
export function CompanyStateBadge({ state }: { state: CompanyState }) {
  const t = useTranslations("provider.companies.states");
  return <Badge tone={tones[state]}>{t(state)}</Badge>;
}
