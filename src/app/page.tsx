import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { serverApi } from "@/trpc/server";
import { CustomerEntrance } from "./customer-entrance";
import { CustomerShell } from "./customer-shell";
import { SiteMessages } from "./site-messages";

export async function generateMetadata(): Promise<Metadata> {
  const [t, common] = await Promise.all([getTranslations("reception.titles"), getTranslations("common")]);
  // The layout's title template serves the segments below it, not this one.
  return { title: { absolute: `${t("number")} · ${common("productName")}` } };
}

/** The customer's page: a number, a consent, a shared screen. */
export default async function StartPage() {
  const api = await serverApi();
  return (
    <SiteMessages site="customer">
      <CustomerShell>
        <CustomerEntrance initialView={await api.customer.current()} />
      </CustomerShell>
    </SiteMessages>
  );
}
