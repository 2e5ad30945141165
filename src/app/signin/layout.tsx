import type { ReactNode } from "react";
import { SiteMessages } from "@/app/site-messages";

/** The texts of signing in, with its second steps. */
export default function Layout({ children }: { children: ReactNode }) {
  return <SiteMessages site="signIn">{children}</SiteMessages>;
}
