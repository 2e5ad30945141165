import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PoliciesPage } from "@/features/policies/policies-page";
import { requireOperator } from "@/server/auth/require-sign-in";
import { AdministratorsOnly } from "../administrators-only";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("policies"))("title") };
}

export default async function Page() {
  const { companyName, role } = await requireOperator("/admin/policies");
  if (role !== "administrator") return <AdministratorsOnly companyName={companyName} />;
  return <PoliciesPage companyName={companyName} />;
}
