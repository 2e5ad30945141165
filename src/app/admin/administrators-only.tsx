import { ShieldAlert } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "@/components/empty-state";

/** What a supervisor sees who opens a page for administrators; the API refuses by itself. */
export async function AdministratorsOnly({ companyName }: { companyName: string }) {
  const t = await getTranslations("administration");
  return (
    <EmptyState icon={<ShieldAlert />} title={t("roleRequired")}>
      {t("roleRequiredNext", { company: companyName })}
    </EmptyState>
  );
}
