import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { managementServerEnvironment, relayEnvironment } from "../child-environment";
import { parseEnvironment } from "../environment";
import { describeLan, prepareLan, readLanRequest } from "./lan";

const NODE_ENV = "test" as const;

describe("the command line", () => {
  test("asks for it with or without an address", () => {
    expect(readLanRequest(["--lan"], { NODE_ENV }, "production")).toEqual({ address: undefined });
    expect(readLanRequest(["--lan=192.0.2.7"], { NODE_ENV }, "production")).toEqual({ address: "192.0.2.7" });
    expect(readLanRequest(["--land", "lan"], { NODE_ENV }, "production")).toBeNull();
  });

  test("is refused beside what --lan decides by itself, which is named", () => {
    const variables = {
      NODE_ENV,
      PUBLIC_URL: "https://support.example",
      RELAY_PORT: "443",
      RELAY_HOST: "",
    } as const;
    expect(() => readLanRequest(["--lan"], variables, "production")).toThrow(
      "--lan decides PUBLIC_URL, RELAY_PORT by itself.",
    );
    expect(readLanRequest([], variables, "production")).toBeNull();
    expect(() => readLanRequest(["--lan"], { NODE_ENV }, "development")).toThrow(/npm run dev/);
  });
});

describe("what the processes are started with", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "madoguchi-lan-"));
    return () => rm(folder, { recursive: true, force: true });
  });

  test("is one address for pages, signalling and media", async () => {
    const given = parseEnvironment({
      NODE_ENV,
      DATA_DIR: folder,
      LAN_PORT: "8555",
      RELAY_WORKERS: "2",
      PORT: "3100",
    });
    const { lan, environment } = await prepareLan({ address: "127.0.0.1" }, given, 0);
    const secrets = {
      TOKEN_SIGNING_KEY: "",
      TOKEN_PUBLIC_KEY: "",
      NUMBER_KEY: "",
      COOKIE_SECRET: "",
      RELAY_SECRET: "",
      DATA_KEY: "",
      AUDIT_SIGNING_KEY: "",
    };
    const options = {
      environment,
      secrets,
      variables: { NODE_ENV },
      nodeEnvironment: "production",
      databaseUrl: "",
    } as const;
    expect(relayEnvironment(options, "worker")).toMatchObject({
      RELAY_HOST: "127.0.0.1",
      RELAY_PORT: "8555",
      RELAY_MEDIA_PORT: "8555",
      RELAY_PUBLIC_URL: "wss://127.0.0.1:8555",
      RELAY_TLS_CERT_FILE: lan.certificate.certificateFile,
      RELAY_SITE_URL: "http://127.0.0.1:3100",
      PUBLIC_URL: "https://127.0.0.1:8555",
      TRUSTED_PROXIES: "",
    });
    expect(managementServerEnvironment(options)).toMatchObject({
      HOST: "127.0.0.1",
      PUBLIC_URL: "https://127.0.0.1:8555",
      TRUSTED_PROXIES: "127.0.0.0/8,::1",
    });
    const words = describeLan(lan).join("\n");
    expect(words).toContain(lan.certificate.fingerprint);
    expect(words).toContain("127.0.0.1 (lo");
  });
});
