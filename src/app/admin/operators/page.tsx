import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { getEnvironment } from "@/env";
import { OperatorsPage } from "@/features/operators/operators-page";
import { requireOperator } from "@/server/auth/require-sign-in";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { AdministratorsOnly } from "../administrators-only";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("operators"))("title") };
}

export default async function Page() {
  const { companyName, role } = await requireOperator("/admin/operators");
  if (role !== "administrator") return <AdministratorsOnly companyName={companyName} />;
  return <OperatorsPage companyName={companyName} mailPossible={isMailPossible(getEnvironment())} />;
}
