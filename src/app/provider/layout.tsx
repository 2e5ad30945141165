import { Building2, LayoutDashboard, RadioTower, ScrollText, Users } from "lucide-react";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { SiteMessages } from "@/app/site-messages";
import { NoticesProvider } from "@/components/notices";
import { NavigationFrame, SideNavigation } from "@/components/side-navigation";
import { ProviderHeader } from "@/features/provider/provider-header";
import { requireProvider } from "@/server/auth/require-sign-in";

/** The frame of the provider site. */
export default async function Layout({ children }: { children: ReactNode }) {
  const { name } = await requireProvider("/provider");
  const t = await getTranslations("administration");
  return (
    <SiteMessages site="provider">
      <NoticesProvider>
        <ProviderHeader name={name} />
        <NavigationFrame
          navigation={
            <SideNavigation
              label={t("provider")}
              items={[
                {
                  href: "/provider",
                  exact: true,
                  label: t("overview"),
                  icon: <LayoutDashboard aria-hidden className="size-4" />,
                },
                {
                  href: "/provider/companies",
                  label: t("companies"),
                  icon: <Building2 aria-hidden className="size-4" />,
                },
                {
                  href: "/provider/relays",
                  label: t("relays"),
                  icon: <RadioTower aria-hidden className="size-4" />,
                },
                {
                  href: "/provider/accounts",
                  label: t("accounts"),
                  icon: <Users aria-hidden className="size-4" />,
                },
                {
                  href: "/provider/audit",
                  label: t("audit"),
                  icon: <ScrollText aria-hidden className="size-4" />,
                },
              ]}
            />
          }
        >
          {children}
        </NavigationFrame>
      </NoticesProvider>
    </SiteMessages>
  );
}
