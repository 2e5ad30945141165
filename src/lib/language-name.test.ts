import { expect, it } from "vitest";
import { languageName } from "./language-name";

it.each([
  ["ja-JP", "en", "Japanese"],
  ["ja", "ja", "日本語"],
  ["en-US", "ja", "英語"],
  ["", "en", ""],
  ["<script>", "en", "<script>"],
])("%s in %s is %s", (tag, locale, name) => {
  expect(languageName(tag, locale)).toBe(name);
});
