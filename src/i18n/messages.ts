import type { Locale } from "./locales";
import accountEn from "./messages/en/account.json";
import administrationEn from "./messages/en/administration.json";
import auditEn from "./messages/en/audit.json";
import checkEn from "./messages/en/check.json";
import commonEn from "./messages/en/common.json";
import companyExportEn from "./messages/en/companyExport.json";
import consoleEn from "./messages/en/console.json";
import controlEn from "./messages/en/control.json";
import downloadEn from "./messages/en/download.json";
import endReasonsEn from "./messages/en/endReasons.json";
import errorsEn from "./messages/en/errors.json";
import filesEn from "./messages/en/files.json";
import mailEn from "./messages/en/mail.json";
import operatorsEn from "./messages/en/operators.json";
import policiesEn from "./messages/en/policies.json";
import providerEn from "./messages/en/provider.json";
import receptionEn from "./messages/en/reception.json";
import reportsEn from "./messages/en/reports.json";
import sessionEn from "./messages/en/session.json";
import sessionLogEn from "./messages/en/sessionLog.json";
import signInEn from "./messages/en/signIn.json";
import statusEn from "./messages/en/status.json";
import supervisionEn from "./messages/en/supervision.json";
import accountJa from "./messages/ja/account.json";
import administrationJa from "./messages/ja/administration.json";
import auditJa from "./messages/ja/audit.json";
import checkJa from "./messages/ja/check.json";
import commonJa from "./messages/ja/common.json";
import companyExportJa from "./messages/ja/companyExport.json";
import consoleJa from "./messages/ja/console.json";
import controlJa from "./messages/ja/control.json";
import downloadJa from "./messages/ja/download.json";
import endReasonsJa from "./messages/ja/endReasons.json";
import errorsJa from "./messages/ja/errors.json";
import filesJa from "./messages/ja/files.json";
import mailJa from "./messages/ja/mail.json";
import operatorsJa from "./messages/ja/operators.json";
import policiesJa from "./messages/ja/policies.json";
import providerJa from "./messages/ja/provider.json";
import receptionJa from "./messages/ja/reception.json";
import reportsJa from "./messages/ja/reports.json";
import sessionJa from "./messages/ja/session.json";
import sessionLogJa from "./messages/ja/sessionLog.json";
import signInJa from "./messages/ja/signIn.json";
import statusJa from "./messages/ja/status.json";
import supervisionJa from "./messages/ja/supervision.json";

const en = {
  check: checkEn,
  common: commonEn,
  errors: errorsEn,
  endReasons: endReasonsEn,
  reception: receptionEn,
  signIn: signInEn,
  console: consoleEn,
  provider: providerEn,
  companyExport: companyExportEn,
  download: downloadEn,
  status: statusEn,
  session: sessionEn,
  files: filesEn,
  control: controlEn,
  account: accountEn,
  administration: administrationEn,
  audit: auditEn,
  operators: operatorsEn,
  policies: policiesEn,
  reports: reportsEn,
  sessionLog: sessionLogEn,
  supervision: supervisionEn,
  mail: mailEn,
};

/** Every text of the product in one language; English gives the shape. */
export type Messages = typeof en;

const ja: Messages = {
  check: checkJa,
  common: commonJa,
  errors: errorsJa,
  endReasons: endReasonsJa,
  reception: receptionJa,
  signIn: signInJa,
  console: consoleJa,
  provider: providerJa,
  companyExport: companyExportJa,
  download: downloadJa,
  status: statusJa,
  session: sessionJa,
  files: filesJa,
  control: controlJa,
  account: accountJa,
  administration: administrationJa,
  audit: auditJa,
  operators: operatorsJa,
  policies: policiesJa,
  reports: reportsJa,
  sessionLog: sessionLogJa,
  supervision: supervisionJa,
  mail: mailJa,
};

export const messages: Readonly<Record<Locale, Messages>> = { en, ja };
