import { createTranslator } from "next-intl";
import { messages } from "@/i18n/messages";
import { assertUnreachable } from "@/lib/assert-unreachable";
import { escapeHtml } from "@/lib/escape-html";
import type { MailMessage } from "./mail-message";

/** A message in words. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The parts of a message in their order; the plain text and the HTML are made from the same ones. */
interface Parts {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly (readonly [label: string, value: string | null])[];
  readonly action?: { readonly label: string; readonly url: string };
  readonly closing: readonly string[];
}

/** A reader's own zone is not known; the language tells the likeliest, and the zone is written beside the time. */
const TIME_ZONES = { en: "UTC", ja: "Asia/Tokyo" } as const;

/**
 * Finds the words of a message.
 *
 * No name or other text that a user chose becomes part of the subject, so that none can reach a header.
 *
 * @param at when the message was put into the outbox, which is when it happened
 * @param host the service's own host, so that readers can tell whose message it is
 */
export function mailText(message: MailMessage, at: Date, host: string): MailText {
  const t = createTranslator({
    locale: message.locale,
    messages: messages[message.locale],
    namespace: "mail",
  });
  const time = (date: Date) =>
    new Intl.DateTimeFormat(message.locale, {
      dateStyle: "medium",
      timeStyle: "long",
      timeZone: TIME_ZONES[message.locale],
    }).format(date);
  const greeting = t("greeting", { name: message.name });
  const footer = t("footer", { host });
  const parts = findParts();
  return {
    subject: parts.subject,
    text: plainText(parts, greeting, footer),
    html: html(parts, greeting, footer, message.locale),
  };

  function findParts(): Parts {
    const code = [t("facts.code"), message.code] as const;
    switch (message.template) {
      case "invitation":
        return {
          subject: t("invitation.subject"),
          paragraphs: [
            message.companyName === null
              ? t("invitation.provider")
              : t("invitation.company", { companyName: message.companyName }),
          ],
          facts: [[t("facts.companyCode"), message.companyCode], code],
          action: { label: t("invitation.action"), url: message.url },
          closing: [t("invitation.limit"), t("unexpected")],
        };
      case "password_reset":
        return {
          subject: t("password_reset.subject"),
          paragraphs: [t("password_reset.what")],
          facts: [code],
          action: { label: t("password_reset.action"), url: message.url },
          closing: [t("password_reset.limit"), t("unexpected")],
        };
      case "account_locked":
        return {
          subject: t("account_locked.subject"),
          paragraphs: [
            t("account_locked.what"),
            message.until === null
              ? t("account_locked.byAdministrator")
              : t("account_locked.until", { until: time(message.until) }),
          ],
          facts: [[t("facts.company"), message.companyName], code, ...happened(message.clientAddress)],
          closing: [t("account_locked.notYou")],
        };
      case "password_changed":
        return {
          subject: t("password_changed.subject"),
          paragraphs: [t("password_changed.what")],
          facts: [code, ...happened(message.clientAddress)],
          closing: [t("notYou")],
        };
      case "second_factor_changed":
        return {
          subject: t("second_factor_changed.subject"),
          paragraphs: [t(`second_factor_changed.${message.what}`)],
          facts: [code, ...happened(message.clientAddress)],
          closing: [t("notYou")],
        };
      case "company_export_ready":
        return {
          subject: t("company_export_ready.subject"),
          paragraphs: [
            t("company_export_ready.what", { companyName: message.companyName }),
            t("company_export_ready.until", { until: time(message.until) }),
          ],
          facts: [[t("facts.company"), message.companyName], code],
          action: { label: t("company_export_ready.action"), url: message.url },
          closing: [t("company_export_ready.secret")],
        };
      default:
        return assertUnreachable(message);
    }
  }

  function happened(clientAddress: string | null) {
    return [
      [t("facts.at"), time(at)],
      [t("facts.clientAddress"), clientAddress],
    ] as const;
  }
}

/** On one line and without anything that cannot be seen: a name with line breaks cannot look like a part of the message. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replace(/[\u202A-\u202E\u2066-\u2069]/g, "");
}

function shownFacts(parts: Parts): [string, string][] {
  return parts.facts.flatMap(([label, value]): [string, string][] =>
    value === null ? [] : [[label, oneLine(value)]],
  );
}

function plainText(parts: Parts, greeting: string, footer: string): string {
  const facts = shownFacts(parts).map(([label, value]) => `${label}: ${value}`);
  return [
    oneLine(greeting),
    ...parts.paragraphs.map(oneLine),
    facts.join("\n"),
    ...(parts.action ? [`${parts.action.label}:\n${parts.action.url}`] : []),
    ...parts.closing.map(oneLine),
    `-- \n${oneLine(footer)}`,
  ]
    .join("\n\n")
    .concat("\n");
}

/** Mail programs know little CSS: inline styles, a table for two columns, no picture, nothing from elsewhere. */
function html(parts: Parts, greeting: string, footer: string, locale: MailMessage["locale"]): string {
  const line = (text: string) => escapeHtml(oneLine(text));
  const paragraph = (text: string) => `<p style="margin:0 0 16px">${line(text)}</p>`;
  const facts = shownFacts(parts).map(
    ([label, value]) =>
      `<tr><th scope="row" style="padding:2px 16px 2px 0;text-align:left;font-weight:normal;color:#5a6070">${line(label)}</th><td style="padding:2px 0"><strong>${line(value)}</strong></td></tr>`,
  );
  const action = parts.action
    ? [
        `<p style="margin:0 0 8px"><a href="${escapeHtml(parts.action.url)}" style="display:inline-block;padding:12px 20px;border-radius:10px;background:#3450a4;color:#ffffff;text-decoration:none;font-weight:bold">${line(parts.action.label)}</a></p>`,
        `<p style="margin:0 0 16px;font-size:13px;color:#5a6070;word-break:break-all">${escapeHtml(parts.action.url)}</p>`,
      ]
    : [];
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${line(parts.subject)}</title></head>`,
    `<body style="margin:0;padding:24px;background:#fdfcfa;color:#181c26;font:16px/1.7 'Hiragino Sans','Yu Gothic UI','Noto Sans JP',sans-serif">`,
    `<main style="max-width:560px;margin:0 auto">`,
    `<h1 style="margin:0 0 16px;font-size:20px;line-height:1.4">${line(parts.subject)}</h1>`,
    paragraph(greeting),
    ...parts.paragraphs.map(paragraph),
    `<table style="margin:0 0 16px;border-collapse:collapse">${facts.join("")}</table>`,
    ...action,
    ...parts.closing.map(paragraph),
    `<hr style="margin:24px 0 12px;border:0;border-top:1px solid #dcd9d2"><p style="margin:0;font-size:13px;color:#5a6070">${line(footer)}</p>`,
    `</main></body></html>`,
  ].join("\n");
}
