import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { SignJWT } from "jose";
import {
  JOIN_TOKEN_ISSUER,
  JOIN_TOKEN_TTL_SECONDS,
  JOIN_TOKEN_TYPE,
  type RelayAssignment,
} from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS, type Permissions } from "@/protocol/permissions";
import type { Role } from "@/protocol/roles";
import { freePort } from "../fixtures/stack";

const RELAY_ID = "bench";
const READY_TIMEOUT_MS = 20_000;

/** A relay of its own with a minimal management server beside it, and pages to run the two ends in. */
export interface BenchRelay {
  /** The relay's main process; another one after {@link restart}. */
  readonly pid: number;
  /** Where it takes media; with a certificate everything else too. */
  readonly mediaPort: number;
  /** An empty page on localhost, which browsers treat as a secure context. */
  readonly pageUrl: string;
  /** A ticket for one side of a session. */
  assign: (sessionId: string, role: Role, permissions?: Permissions) => Promise<RelayAssignment>;
  /** Starts it again after it was killed, with the same addresses and keys. @throws Error when it does not get ready in time */
  restart: () => Promise<void>;
  close: () => void;
}

/** PEM files: with them the relay has one port for everything, over TLS. */
export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Starts the built relay (`build/relay.mjs`). @throws Error when it does not get ready in time */
export async function startBenchRelay(
  workerBin: string,
  certificate?: CertificateFiles,
): Promise<BenchRelay> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const management = await listen((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ result: { data: { json: { close: [] } } } }));
  });
  const pages = await listen((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>bench</title><body>");
  });
  const pageUrl = `http://localhost:${portOf(pages)}`;
  const port = await freePort();
  const mediaPort = certificate === undefined ? await freePort() : port;
  const environment = {
    ...process.env,
    RELAY_ID,
    RELAY_HOST: "127.0.0.1",
    RELAY_PORT: String(port),
    RELAY_MEDIA_PORT: String(mediaPort),
    RELAY_ANNOUNCED_ADDRESS: "127.0.0.1",
    RELAY_WORKERS: "1",
    RELAY_SECRET: randomBytes(32).toString("base64url"),
    TOKEN_PUBLIC_KEY: Buffer.from(publicKey.export({ type: "spki", format: "pem" })).toString("base64"),
    MANAGEMENT_URL: `http://127.0.0.1:${portOf(management)}`,
    ALLOWED_ORIGINS: pageUrl,
    MEDIASOUP_WORKER_BIN: workerBin,
    LOG_LEVEL: "warn",
    ...(certificate === undefined
      ? {}
      : { RELAY_TLS_CERT_FILE: certificate.certificateFile, RELAY_TLS_KEY_FILE: certificate.keyFile }),
  };
  const signallingUrl = `${certificate === undefined ? "ws" : "wss"}://localhost:${port}/signalling`;
  let relay = await startRelay(environment);
  return {
    get pid() {
      return relay.pid ?? 0;
    },
    mediaPort,
    pageUrl,
    assign: async (sessionId, role, permissions = CONSENTED_PERMISSIONS) => ({
      sessionId,
      relayId: RELAY_ID,
      signallingUrl,
      token: await new SignJWT({ role, permissions, grantable: permissions })
        .setProtectedHeader({ alg: "EdDSA", typ: JOIN_TOKEN_TYPE })
        .setIssuer(JOIN_TOKEN_ISSUER)
        .setAudience(RELAY_ID)
        .setSubject(sessionId)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${JOIN_TOKEN_TTL_SECONDS}s`)
        .sign(privateKey),
      iceServers: [],
    }),
    restart: async () => {
      relay = await startRelay(environment);
    },
    close: () => {
      relay.kill();
      management.close();
      pages.close();
    },
  };
}

async function startRelay(environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const relay = spawn(process.execPath, ["build/relay.mjs"], {
    env: environment,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await ready(relay);
  return relay;
}

async function ready(relay: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The relay did not get ready.")), READY_TIMEOUT_MS);
    relay.once("message", () => {
      clearTimeout(timer);
      resolve();
    });
    relay.once("exit", (code) => reject(new Error(`The relay stopped with exit code ${code}.`)));
  });
}

async function listen(handler: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("The server does not listen.");
  return address.port;
}
