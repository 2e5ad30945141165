import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";
import { Logo } from "./logo";

interface AppHeaderProps {
  /** Where the logo leads. */
  home: string;
  /** Beside the logo: a company's name, navigation. */
  children?: ReactNode;
  /** At the right end: language, theme, the person's menu. */
  actions?: ReactNode;
  width?: "customer" | "console" | "full";
}

/** The top of every page. */
export function AppHeader({ home, children, actions, width = "console" }: AppHeaderProps) {
  return (
    <header className="border-line border-b bg-surface">
      <div
        className={cn(
          "mx-auto flex min-h-14 flex-wrap items-center justify-between gap-x-2 gap-y-1 px-4 py-2 sm:gap-x-4",
          width === "customer" && "max-w-customer",
          width === "console" && "max-w-console",
        )}
      >
        <div className="flex min-w-0 items-center gap-4">
          <Link href={home} className="inline-flex rounded-small">
            <Logo />
          </Link>
          {children}
        </div>
        {actions !== undefined && <div className="flex items-center gap-1 sm:gap-2">{actions}</div>}
      </div>
    </header>
  );
}
