import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { errorTable } from "@/lib/error-table";
import { locales } from "./locales";
import { messages } from "./messages";

type Tree = { readonly [key: string]: string | Tree };

/** Words that are written in Latin letters in Japanese too: product words and units. */
const latinInJapanese = new Set(
  "Madoguchi ID OS QR JSON CSV English Chrome Edge Safari Firefox MB GB KB px ms Mbit kbit fps Windows Mac Linux SHA".split(
    " ",
  ),
);

const en = flatten(messages.en);
const ja = flatten(messages.ja);

describe("the two languages", () => {
  it("have the same texts", () => {
    expect([...ja.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it.each([...en.keys()])("%s takes the same values", (key) => {
    expect(placeholders(ja.get(key) ?? "")).toEqual(placeholders(en.get(key) ?? ""));
  });

  it.each([...ja])("%s is written in Japanese", (_key, text) => {
    const words = text.replace(/\{[^{}]*\}|<[^>]*>/g, "").match(/[A-Za-z]{2,}/g) ?? [];
    const isLatinOnly = !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text);
    expect(isLatinOnly ? words.filter((word) => !latinInJapanese.has(word)) : []).toEqual([]);
  });

  it.each(locales)("can be formatted in %s", (locale) => {
    const translate = createTranslator<Record<string, Tree>>({
      locale,
      messages: messages[locale],
      onError: (error) => {
        throw error;
      },
    });
    for (const [key, text] of flatten(messages[locale])) {
      const values = Object.fromEntries(placeholders(text).map((name) => [name, 2]));
      const tags = Object.fromEntries(
        [...text.matchAll(/<(\w+)>/g)].map(([, tag]) => [tag ?? "", (chunks: unknown) => chunks]),
      );
      expect(() => translate.rich(key as never, { ...values, ...tags } as never), key).not.toThrow();
    }
  });
});

it.each(locales)("every error says what, why and what now in %s", (locale) => {
  for (const code of Object.keys(errorTable)) {
    for (const part of ["what", "why", "next"]) {
      expect(flatten(messages[locale]).get(`errors.${code}.${part}`), `${code}.${part}`).toMatch(/[.。]$/);
    }
  }
});

function flatten(tree: Tree, prefix = ""): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === "string" ? [[prefix + key, value]] : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

/** Names of the ICU arguments of a text, without repetition. */
function placeholders(text: string): string[] {
  const names = [
    ...text.matchAll(/\{\s*(\w+)\s*(?:\}|,\s*(?:plural|select|selectordinal|number|date|time)\b)/g),
  ];
  return [...new Set(names.map(([, name]) => name ?? ""))].sort();
}
