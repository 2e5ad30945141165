import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LivePage } from "@/features/supervision/live-page";
import { requireOperator } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("supervision"))("title") };
}

/** The company's open sessions. The layout refuses operators, and the API does so by itself. */
export default async function Page() {
  const { companyName, role } = await requireOperator("/admin/live");
  return role === "operator" ? null : <LivePage companyName={companyName} />;
}
