import { expect, test } from "vitest";
import { parseSameOriginPath } from "./same-origin-path";

test.each([
  ["/console", "/console"],
  ["/console/sessions/1?tab=chat#end", "/console/sessions/1?tab=chat#end"],
  ["/a/../console", "/console"],
  ["/?next=//evil.example", "/?next=//evil.example"],
])("%j stays here as %s", (text, path) => {
  expect(parseSameOriginPath(text)).toBe(path);
});

test.each([
  undefined,
  null,
  "",
  "console",
  "https://evil.example/",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "\\\\evil.example",
  " //evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "///evil.example",
  "javascript:alert(1)",
  "http:evil.example",
  "/\\\t\\evil.example",
])("%j leads elsewhere", (text) => {
  expect(parseSameOriginPath(text)).toBeNull();
});
