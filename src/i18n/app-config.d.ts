import type { Locale as ProductLocale } from "./locales";
import type { Messages as ProductMessages } from "./messages";

declare module "next-intl" {
  interface AppConfig {
    Locale: ProductLocale;
    Messages: ProductMessages;
  }
}
