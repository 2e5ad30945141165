import { expect, test } from "vitest";
import type { MailMessage, MailTemplate } from "./mail-message";
import { mailMessageSchema } from "./mail-message";
import { mailText } from "./mail-text";

const at = new Date("2026-11-22T01:02:03Z");
const url = "https://support.example.com/set-password#secret-part";
const who = { to: "someone@example.com", name: "Aoki", code: "aoki" };
const facts = {
  invitation: { template: "invitation", ...who, companyName: "Demo Support", companyCode: "demo", url },
  password_reset: { template: "password_reset", ...who, url },
  account_locked: {
    template: "account_locked",
    ...who,
    companyName: "Demo Support",
    until: new Date("2026-11-22T01:32:03Z"),
    clientAddress: "192.0.2.1",
  },
  password_changed: { template: "password_changed", ...who, clientAddress: "192.0.2.1" },
  second_factor_changed: {
    template: "second_factor_changed",
    ...who,
    what: "totp_added",
    clientAddress: "192.0.2.1",
  },
  company_export_ready: {
    template: "company_export_ready",
    ...who,
    companyName: "Demo Support",
    until: new Date("2026-12-22T01:02:03Z"),
    url,
  },
} as const satisfies { [T in MailTemplate]: Omit<Extract<MailMessage, { template: T }>, "locale"> };

const all = Object.values(facts).flatMap((message) =>
  (["en", "ja"] as const).map((locale): MailMessage => ({ ...message, locale })),
);

test.each(all)("$template in $locale says the same in text and HTML", (message) => {
  const { subject, text, html } = mailText(message, at, "support.example.com");
  expect(subject).toMatch(
    message.locale === "ja" ? /[\p{Script=Hiragana}\p{Script=Katakana}]/u : /^[\w :'-]+$/,
  );
  for (const shown of [message.name, message.code, "support.example.com"]) {
    expect(text).toContain(shown);
    expect(html).toContain(shown);
  }
  if ("url" in message) {
    expect(text).toContain(`\n${url}\n`);
    expect(html).toContain(`<a href="${url}"`);
  }
  expect(html).toContain(`<html lang="${message.locale}">`);
  expect(html).not.toMatch(/<(script|img|link)|url\(/);
});

test("a name cannot become HTML, a header or a further line", () => {
  const name = '<img src=x onerror=alert(1)>"\r\nBcc: all@example.com\u2028--';
  const { subject, text, html } = mailText(
    { ...facts.invitation, locale: "en", name, companyName: name },
    at,
    "h",
  );
  expect(subject).toBe("Your account is ready: choose a password");
  expect(html).not.toContain("<img");
  expect(html).toContain("&lt;img");
  expect(text).not.toMatch(/^Bcc:/m);
});

test("times carry their zone", () => {
  const message = facts.account_locked;
  expect(mailText({ ...message, locale: "en" }, at, "h").text).toMatch(/1:32:03 AM UTC/);
  expect(mailText({ ...message, locale: "ja" }, at, "h").text).toMatch(/10:32:03 JST/);
  expect(mailText({ ...message, locale: "en", until: null }, at, "h").text).toContain(
    "An administrator can unlock it.",
  );
});

test.each([
  "a@example.com, b@example.com",
  "a@example.com\r\nBcc: b@example.com",
  "<a@example.com>",
  "a b@example.com",
  "nobody",
  "a@b@c",
])("%j is no recipient", (to) => {
  expect(mailMessageSchema.safeParse({ ...facts.password_reset, locale: "en", to }).success).toBe(false);
});
