"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "@/lib/class-names";

export interface NavigationItem {
  readonly href: string;
  readonly label: string;
  readonly icon: ReactNode;
  /** True for a page whose address others begin with. */
  readonly exact?: boolean;
}

/** The pages of a site, at the left; on a phone one row that scrolls sideways. */
export function SideNavigation({ label, items }: { label: string; items: readonly NavigationItem[] }) {
  const path = usePathname();
  const list = useRef<HTMLUListElement>(null);
  // On a phone the row is wider than the screen: where one is must be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path decides which item is the current one
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <nav
      aria-label={label}
      className="border-line border-b bg-surface md:sticky md:top-0 md:w-56 md:shrink-0 md:self-start md:border-b-0 md:bg-transparent"
    >
      <ul ref={list} className="flex gap-1 overflow-x-auto px-2 py-2 md:flex-col md:px-0 md:py-8">
        {items.map((item) => {
          const here = item.exact
            ? path === item.href
            : path === item.href || path.startsWith(`${item.href}/`);
          return (
            <li key={item.href} className="shrink-0">
              <Link
                href={item.href}
                aria-current={here ? "page" : undefined}
                className={cn(
                  "flex min-h-10 items-center gap-2.5 whitespace-nowrap rounded px-3 text-15",
                  here
                    ? "bg-accent-soft font-semibold text-accent"
                    : "text-ink-muted hover:bg-sunken hover:text-ink",
                )}
              >
                {item.icon}
                {item.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** A site with its navigation beside the page. */
export function NavigationFrame({ navigation, children }: { navigation: ReactNode; children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-console md:flex md:gap-8 md:px-4">
      {navigation}
      <main id="content" className="min-w-0 flex-1 px-4 py-6 md:px-0 md:py-8">
        {children}
      </main>
    </div>
  );
}
