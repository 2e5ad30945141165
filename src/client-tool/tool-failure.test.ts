import { expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { failureOf, isCertificateError, ToolFailure } from "./tool-failure";

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

test.each([
  [withCode("ENOTFOUND"), "unreachable", 4],
  [withCode("ECONNREFUSED"), "unreachable", 4],
  [new AggregateError([withCode("ETIMEDOUT"), withCode("ENETUNREACH")]), "unreachable", 4],
  [withCode("DEPTH_ZERO_SELF_SIGNED_CERT"), "certificate", 5],
  [withCode("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "certificate", 5],
  [withCode("ERR_TLS_CERT_ALTNAME_INVALID"), "certificate", 5],
  [withCode("CERT_HAS_EXPIRED"), "clock", 5],
  [withCode("CERT_NOT_YET_VALID"), "clock", 5],
  [new AppError("PROTOCOL_VERSION"), "version", 8],
  [new AppError("SESSION_ENDED"), "sessionEnded", 7],
  [new AppError("NO_RELAY"), "noRelay", 4],
  [new AppError("UNAVAILABLE"), "unreachable", 4],
  [new AppError("FORBIDDEN"), "refused", 7],
  [new ToolFailure("declined"), "declined", 6],
  [new TypeError("x is not a function"), "internal", 1],
])("%s is told as %s", (error, kind, exitCode) => {
  expect(failureOf(error)).toMatchObject({ kind, exitCode });
});

test("only certificates are a matter of trust", () => {
  expect(isCertificateError(withCode("SELF_SIGNED_CERT_IN_CHAIN"))).toBe(true);
  expect(isCertificateError(withCode("ECONNRESET"))).toBe(false);
});
