import type { ReactNode } from "react";
import { ApiProvider } from "@/trpc/client";

/** Every page of the console speaks to the API; each one checks who opens it. */
export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <ApiProvider>{children}</ApiProvider>;
}
