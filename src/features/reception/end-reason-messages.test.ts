import { expect, it } from "vitest";
import { locales } from "@/i18n/locales";
import { messages } from "@/i18n/messages";
import { endReasons } from "@/protocol/end-reason";

it.each(locales)("every end reason is told to both sides in %s", (locale) => {
  expect(Object.keys(messages[locale].endReasons).sort()).toEqual([...endReasons].sort());
  for (const reason of endReasons) {
    const { short, operator, customer } = messages[locale].endReasons[reason];
    expect(short).not.toBe("");
    expect(operator).toMatch(/[.。]$/);
    expect(customer).toMatch(/[.。]$/);
  }
});
