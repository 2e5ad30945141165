import { getMessages } from "next-intl/server";
import type { ReactNode } from "react";
import { MoreMessages } from "@/components/more-messages";
import { messagesOf, type Site } from "@/i18n/site-messages";

/** Sends the texts of a part of the product to the browser, for everything inside. */
export async function SiteMessages({
  site,
  children,
}: {
  site: Exclude<Site, "everywhere">;
  children: ReactNode;
}) {
  return <MoreMessages messages={messagesOf(site, await getMessages())}>{children}</MoreMessages>;
}
