import { expect, it } from "vitest";
import { nextPath } from "./next-path";

it.each([
  ["/console/log?page=2#row", "/console/log?page=2#row"],
  ["/admin", "/admin"],
  ["//evil.example/", "/console"],
  ["/\\evil.example", "/console"],
  ["/.//evil.example", "/console"],
  ["/\t/evil.example", "/console"],
  ["https://evil.example", "/console"],
  ["javascript:alert(1)", "/console"],
  ["console", "/console"],
  ["", "/console"],
  [["/a", "/b"], "/console"],
  [undefined, "/console"],
])("%j leads to %s", (wanted, path) => {
  expect(nextPath(wanted, "/console")).toBe(path);
});
