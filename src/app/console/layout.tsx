import type { ReactNode } from "react";
import { SiteMessages } from "@/app/site-messages";

/** The texts of the operators' pages. Their frames differ: the console, its log, and a session that owns the window. */
export default function Layout({ children }: { children: ReactNode }) {
  return <SiteMessages site="console">{children}</SiteMessages>;
}
