import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ConsoleHeader } from "@/features/console/console-header";
import { LogPage } from "@/features/session-log/log-page";
import { requireOperator } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("admin"))("ownTitle") };
}

export default async function Page() {
  const { operatorName, companyName, role } = await requireOperator("/console/log");
  return (
    <>
      <ConsoleHeader viewer={{ operatorName, companyName, role }} />
      <LogPage scope="own" companyName={companyName} />
    </>
  );
}
