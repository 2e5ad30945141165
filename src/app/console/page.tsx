import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { getEnvironment } from "@/env";
import { ConsolePage } from "@/features/console/console-page";
import { requireOperator } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("console"))("title") };
}

export default async function Page() {
  const { operatorName, companyName, role } = await requireOperator("/console");
  return (
    <ConsolePage
      viewer={{ operatorName, companyName, role }}
      publicUrl={getEnvironment().PUBLIC_URL.origin}
    />
  );
}
