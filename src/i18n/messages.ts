import type { Locale } from "./locales";
import adminEn from "./messages/en/admin.json";
import commonEn from "./messages/en/common.json";
import consoleEn from "./messages/en/console.json";
import endReasonsEn from "./messages/en/endReasons.json";
import errorsEn from "./messages/en/errors.json";
import providerEn from "./messages/en/provider.json";
import receptionEn from "./messages/en/reception.json";
import sessionEn from "./messages/en/session.json";
import signInEn from "./messages/en/signIn.json";
import statusEn from "./messages/en/status.json";
import adminJa from "./messages/ja/admin.json";
import commonJa from "./messages/ja/common.json";
import consoleJa from "./messages/ja/console.json";
import endReasonsJa from "./messages/ja/endReasons.json";
import errorsJa from "./messages/ja/errors.json";
import providerJa from "./messages/ja/provider.json";
import receptionJa from "./messages/ja/reception.json";
import sessionJa from "./messages/ja/session.json";
import signInJa from "./messages/ja/signIn.json";
import statusJa from "./messages/ja/status.json";

const en = {
  common: commonEn,
  errors: errorsEn,
  endReasons: endReasonsEn,
  reception: receptionEn,
  signIn: signInEn,
  console: consoleEn,
  admin: adminEn,
  provider: providerEn,
  status: statusEn,
  session: sessionEn,
};

/** Every text of the product in one language; English gives the shape. */
export type Messages = typeof en;

const ja: Messages = {
  common: commonJa,
  errors: errorsJa,
  endReasons: endReasonsJa,
  reception: receptionJa,
  signIn: signInJa,
  console: consoleJa,
  admin: adminJa,
  provider: providerJa,
  status: statusJa,
  session: sessionJa,
};

export const messages: Readonly<Record<Locale, Messages>> = { en, ja };
