import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ConsoleHeader } from "@/features/console/console-header";
import { AdminRefused } from "@/features/session-log/admin-refused";
import { LogPage } from "@/features/session-log/log-page";
import { requireOperator } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("title") };
}

/** The company's session log. An operator is told that it is not for operators; the API refuses them by itself. */
export default async function Page() {
  const { operatorName, companyName, role } = await requireOperator("/admin");
  return (
    <>
      <ConsoleHeader viewer={{ operatorName, companyName, role }} />
      {role === "administrator" ? (
        <LogPage scope="company" companyName={companyName} />
      ) : (
        <AdminRefused companyName={companyName} />
      )}
    </>
  );
}
