import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CustomerEntrance } from "@/app/customer-entrance";
import { CustomerShell } from "@/app/customer-shell";
import { SiteMessages } from "@/app/site-messages";
import { serverApi } from "@/trpc/server";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("reception.titles");
  return { title: t("number") };
}

/** The customer's page with the number filled in from a link. Opening the link alone does nothing: it may be a preview. */
export default async function LinkedNumberPage({ params }: { params: Promise<{ number: string }> }) {
  const [{ number }, api] = await Promise.all([params, serverApi()]);
  return (
    <SiteMessages site="customer">
      <CustomerShell>
        <CustomerEntrance initialView={await api.customer.current()} linkedNumber={decode(number)} />
      </CustomerShell>
    </SiteMessages>
  );
}

/** What somebody typed into the address line may not be an encoding of anything; then it is shown as it is. */
function decode(number: string): string {
  try {
    return decodeURIComponent(number);
  } catch {
    return number;
  }
}
