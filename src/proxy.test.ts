import { NextRequest } from "next/server";
import { afterEach, expect, test, vi } from "vitest";
import { testVariables } from "@/server/http/testing/test-variables";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
  Reflect.deleteProperty(globalThis, "madoguchiEnvironment");
});

/** The headers of a page in a process with this environment. */
async function headersOf(path: string, variables: Record<string, string> = {}): Promise<Headers> {
  for (const [name, value] of Object.entries({ ...testVariables(), ...variables })) vi.stubEnv(name, value);
  const { proxy } = await import("./proxy");
  return proxy(new NextRequest(`http://localhost:3000${path}`)).headers;
}

function directives(headers: Headers): Map<string, string> {
  const policy = headers.get("content-security-policy") ?? "";
  return new Map(
    policy.split("; ").map((directive) => {
      const [name = "", ...values] = directive.split(" ");
      return [name, values.join(" ")];
    }),
  );
}

test("a page's policy lets nothing run that is not ours", async () => {
  const headers = await headersOf("/console");
  const policy = directives(headers);
  expect(policy.get("script-src")).toMatch(/^'self' 'nonce-[A-Za-z0-9+/]{22}==' 'strict-dynamic'$/);
  expect(policy.get("style-src")).toMatch(/^'self' 'nonce-[A-Za-z0-9+/]{22}=='$/);
  expect(policy.get("style-src-attr")).toBe("'unsafe-inline'");
  expect(policy.get("connect-src")).toBe("'self' ws: wss:");
  for (const [name, value] of [
    ["default-src", "'self'"],
    ["img-src", "'self' data: blob:"],
    ["media-src", "'self' blob:"],
    ["frame-ancestors", "'none'"],
    ["base-uri", "'none'"],
    ["form-action", "'self'"],
    ["object-src", "'none'"],
  ] as const) {
    expect(policy.get(name), name).toBe(value);
  }
  expect(headers.get("permissions-policy")).toMatch(/display-capture=\(self\), camera=\(self\)/);
  expect(headers.get("permissions-policy")).toContain("microphone=()");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("strict-transport-security")).toBeNull();
});

test("the nonce is another one each time, and Next is told it", async () => {
  const first = await headersOf("/");
  const second = await headersOf("/");
  const nonce = /'nonce-([^']+)'/.exec(first.get("content-security-policy") ?? "")?.[1];
  expect(first.get("x-middleware-request-x-nonce")).toBe(nonce);
  expect(first.get("x-middleware-request-content-security-policy")).toBe(
    first.get("content-security-policy"),
  );
  expect(second.get("content-security-policy")).not.toBe(first.get("content-security-policy"));
});

test("over TLS sockets are encrypted ones and browsers remember to come over TLS", async () => {
  const headers = await headersOf("/", { PUBLIC_URL: "https://support.example.com" });
  expect(directives(headers).get("connect-src")).toBe("'self' wss:");
  expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d{8}/);
});

test("files of public may be kept", async () => {
  expect((await headersOf("/icon.svg")).get("cache-control")).toBeNull();
});
