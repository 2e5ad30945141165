import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "./config";
import { TokenSigner } from "./testing/token-signer";

const complete = {
  MANAGEMENT_URL: "http://127.0.0.1:3000/",
  RELAY_SECRET: "s".repeat(43),
  TOKEN_PUBLIC_KEY: new TokenSigner().publicKeyVariable,
  ALLOWED_ORIGINS: "https://support.test, http://localhost:3000/",
};
const rsaKey = Buffer.from(
  generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" }),
).toString("base64");

describe("the relay's configuration", () => {
  test("needs little and takes the rest from defaults", () => {
    const config = readConfig(complete);
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 4443,
      relayId: "relay-1",
      managementUrl: "http://127.0.0.1:3000",
      publicUrl: null,
      media: { listenAddress: "127.0.0.1", announcedAddress: undefined },
      metrics: { host: "127.0.0.1", port: null },
      limits: { reconnectWindowMs: 120_000, pingIntervalMs: 750, deadAfterMs: 30_000 },
    });
    expect(config.media.workers).toBeGreaterThan(0);
    expect(config.metrics.allowed.check("127.0.0.1")).toBe(true);
    expect(config.metrics.allowed.check("10.0.0.1")).toBe(false);
    expect([...config.allowedOrigins]).toEqual(["https://support.test", "http://localhost:3000"]);
  });

  test("allows the management server's own origin when no list is given", () => {
    const { allowedOrigins } = readConfig({
      ...complete,
      ALLOWED_ORIGINS: "",
      PUBLIC_URL: "https://support.test:8443/madoguchi",
    });
    expect([...allowedOrigins]).toEqual(["https://support.test:8443"]);
  });

  test("takes an empty variable for an unset one", () => {
    expect(readConfig({ ...complete, RELAY_PORT: "", RELAY_ANNOUNCED_ADDRESS: "" }).port).toBe(4443);
  });

  test("takes a library for the workers' memory, the system's allocator, or whichever is best", () => {
    const allocatorOf = (value?: string) =>
      readConfig({ ...complete, RELAY_WORKER_ALLOCATOR: value }).media.allocator;
    expect(allocatorOf()).toBeUndefined();
    expect(allocatorOf("system")).toBeNull();
    expect(allocatorOf(import.meta.filename)).toBe(import.meta.filename);
    expect(() => allocatorOf("/nowhere/lib.so")).toThrow(ConfigError);
  });

  test("understands proxies as addresses and networks", () => {
    const { trustedProxies } = readConfig({ ...complete, TRUSTED_PROXIES: "10.0.0.0/8, ::1" });
    expect(trustedProxies.check("10.1.2.3")).toBe(true);
    expect(trustedProxies.check("11.1.2.3")).toBe(false);
    expect(trustedProxies.check("::1", "ipv6")).toBe(true);
  });

  test.each(["MANAGEMENT_URL", "RELAY_SECRET", "TOKEN_PUBLIC_KEY", "ALLOWED_ORIGINS"])(
    "names %s when it is missing",
    (name) => {
      expect(() => readConfig({ ...complete, [name]: undefined })).toThrow(
        new ConfigError(`The environment variable ${name} is missing.`),
      );
    },
  );

  test.each([
    ["RELAY_PORT", "65536"],
    ["RELAY_PORT", "http"],
    ["RELAY_ID", "Relay 1"],
    ["RELAY_HOST", "relay.test"],
    ["RELAY_PUBLIC_URL", "https://relay.test"],
    ["RELAY_COMMAND_URL", "relay.test:4443"],
    ["RELAY_SECRET", "short"],
    ["RELAY_WORKERS", "0"],
    ["TOKEN_PUBLIC_KEY", "bm8ga2V5"],
    ["TOKEN_PUBLIC_KEY", rsaKey],
    ["ALLOWED_ORIGINS", "https://support.test/path"],
    ["ALLOWED_ORIGINS", ","],
    ["TRUSTED_PROXIES", "proxy.test"],
    ["TRUSTED_PROXIES", "10.0.0.0/33"],
    ["LOG_LEVEL", "loud"],
    ["RELAY_MEDIA_PORT", "-1"],
  ])("names %s when it is wrong (%s), and does not repeat a key", (name, value) => {
    expect(() => readConfig({ ...complete, [name]: value })).toThrow(
      new RegExp(`^The environment variable ${name} is wrong: .+\\.$`),
    );
  });

  test("does not offer browsers an address that is none", () => {
    expect(() => readConfig({ ...complete, RELAY_HOST: "0.0.0.0" })).toThrow(
      "RELAY_ANNOUNCED_ADDRESS is missing",
    );
    const { media } = readConfig({
      ...complete,
      RELAY_HOST: "0.0.0.0",
      RELAY_ANNOUNCED_ADDRESS: "192.0.2.1",
    });
    expect(media).toMatchObject({ listenAddress: "0.0.0.0", announcedAddress: "192.0.2.1" });
  });

  test("has a media port for each worker", () => {
    expect(() => readConfig({ ...complete, RELAY_MEDIA_PORT: "65535", RELAY_WORKERS: "2" })).toThrow(
      "RELAY_MEDIA_PORT is wrong",
    );
  });
});

describe("one port", () => {
  const files = { RELAY_TLS_CERT_FILE: "/etc/tls/cert.pem", RELAY_TLS_KEY_FILE: "/etc/tls/key.pem" };

  test("is served when a certificate is given, and media has its number", () => {
    const config = readConfig({
      ...complete,
      ...files,
      RELAY_PORT: "443",
      RELAY_SITE_URL: "http://127.0.0.1:3000/",
    });
    expect(config.front).toEqual({
      certificateFile: "/etc/tls/cert.pem",
      keyFile: "/etc/tls/key.pem",
      siteUrl: "http://127.0.0.1:3000",
      announcedPort: undefined,
    });
    expect(config.media).toMatchObject({ port: 443, tcpThroughFront: true });
    expect(readConfig(complete)).toMatchObject({
      front: null,
      media: { port: 44_400, tcpThroughFront: false },
    });
  });

  test.each([
    [{ RELAY_TLS_CERT_FILE: "/c" }, "RELAY_TLS_KEY_FILE is missing: RELAY_TLS_CERT_FILE needs it."],
    [{ RELAY_TLS_KEY_FILE: "/k" }, "RELAY_TLS_CERT_FILE is missing: RELAY_TLS_KEY_FILE needs it."],
    [{ RELAY_SITE_URL: "http://127.0.0.1:3000" }, "RELAY_TLS_CERT_FILE is missing: RELAY_SITE_URL needs it."],
    [
      { ...files, RELAY_ANNOUNCED_PORT: "65535", RELAY_WORKERS: "2" },
      "RELAY_ANNOUNCED_PORT is wrong: 2 workers need ports up to 65536.",
    ],
  ])("is refused in words: %j", (variables, words) => {
    expect(() => readConfig({ ...complete, ...variables })).toThrow(`The environment variable ${words}`);
  });
});
