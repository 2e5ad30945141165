import { expect, test } from "vitest";
import { isUntrustedSite } from "./passkey-refusal";

test.each([
  ["WebAuthn is not supported on sites with TLS certificate errors.", "NotAllowedError", true],
  ["The operation either timed out or was not allowed.", "NotAllowedError", false],
  ["The certificate of the authenticator is unknown.", "UnknownError", false],
])("%s (%s): %s", (message, name, expected) => {
  expect(isUntrustedSite(new DOMException(message, name))).toBe(expected);
});

test("what is no error says nothing", () => {
  expect(isUntrustedSite("certificate")).toBe(false);
});
