import { Activity, ChartColumn, History, ScrollText, SlidersHorizontal, Users } from "lucide-react";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { SiteMessages } from "@/app/site-messages";
import { NoticesProvider } from "@/components/notices";
import { NavigationFrame, type NavigationItem, SideNavigation } from "@/components/side-navigation";
import { ConsoleHeader } from "@/features/console/console-header";
import { AdminRefused } from "@/features/session-log/admin-refused";
import { requireOperator } from "@/server/auth/require-sign-in";

/** The frame of the admin site. What a role may see is in the navigation; the API refuses everything else by itself. */
export default async function Layout({ children }: { children: ReactNode }) {
  const { operatorName, companyName, role } = await requireOperator("/admin");
  const header = <ConsoleHeader viewer={{ operatorName, companyName, role }} />;
  if (role === "operator") {
    return (
      <SiteMessages site="admin">
        {header}
        <AdminRefused companyName={companyName} />
      </SiteMessages>
    );
  }
  const t = await getTranslations("administration");
  return (
    <SiteMessages site="admin">
      <NoticesProvider>
        {header}
        <NavigationFrame navigation={<SideNavigation label={t("navigation")} items={itemsFor(role, t)} />}>
          {children}
        </NavigationFrame>
      </NoticesProvider>
    </SiteMessages>
  );
}

function itemsFor(
  role: "administrator" | "supervisor",
  t: Awaited<ReturnType<typeof getTranslations<"administration">>>,
): NavigationItem[] {
  const watching = [
    { href: "/admin/live", label: t("live"), icon: <Activity aria-hidden className="size-4" /> },
    { href: "/admin/sessions", label: t("sessions"), icon: <History aria-hidden className="size-4" /> },
    { href: "/admin/reports", label: t("reports"), icon: <ChartColumn aria-hidden className="size-4" /> },
  ];
  if (role === "supervisor") return watching;
  return [
    { href: "/admin/operators", label: t("operators"), icon: <Users aria-hidden className="size-4" /> },
    ...watching,
    { href: "/admin/audit", label: t("audit"), icon: <ScrollText aria-hidden className="size-4" /> },
    {
      href: "/admin/policies",
      label: t("policies"),
      icon: <SlidersHorizontal aria-hidden className="size-4" />,
    },
  ];
}
