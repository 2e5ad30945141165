import { expect, test } from "vitest";
import { signInPath } from "./sign-in-path";

test("the sign-in page leads back to where somebody wanted to go, and nowhere else", () => {
  expect(signInPath("/console/sessions/1?a=b")).toBe("/signin?next=%2Fconsole%2Fsessions%2F1%3Fa%3Db");
  expect(signInPath("//evil.example")).toBe("/signin");
});
