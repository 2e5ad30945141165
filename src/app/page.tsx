import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { serverApi } from "@/trpc/server";
import { CustomerEntrance } from "./customer-entrance";
import { CustomerShell } from "./customer-shell";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("reception.titles");
  return { title: t("number") };
}

/** The customer's page: a number, a consent, a shared screen. */
export default async function StartPage() {
  const api = await serverApi();
  return (
    <CustomerShell>
      <CustomerEntrance initialView={await api.customer.current()} />
    </CustomerShell>
  );
}
