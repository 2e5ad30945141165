import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageHeading } from "@/components/page-heading";
import { ExportButton } from "@/features/session-log/export-button";
import { SessionLog } from "@/features/session-log/session-log";
import { requireOperator } from "@/server/auth/require-sign-in";

const PATH = "/admin/sessions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("sessionLog"))("title") };
}

/** The company's session log. */
export default async function Page() {
  const [{ companyName }, t] = await Promise.all([requireOperator(PATH), getTranslations("sessionLog")]);
  return (
    <>
      <PageHeading
        title={t("title")}
        description={t("description", { company: companyName })}
        actions={<ExportButton path={PATH} />}
      />
      <SessionLog scope="company" path={PATH} />
    </>
  );
}
