// Starts the installed coturn with ops/turn/turnserver.conf on loopback, for tests.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ensureAptPackages, usesApt } from "../setup/apt";
import { projectRoot } from "../setup/project.mjs";

const run = promisify(execFile);
const PROGRAM = "/usr/bin/turnserver";
const START_TIMEOUT_MS = 10_000;
const POLL_MS = 50;

/**
 * Why TURN cannot be tested here; null: it can, and coturn is installed by now.
 *
 * Where systemd runs, Debian's package would start a TURN server of its own as soon as it is installed, so that is left to
 * whoever owns the machine.
 */
export async function whyNoCoturn(): Promise<string | null> {
  if (existsSync(PROGRAM) && existsSync("/usr/bin/certutil")) return null;
  if (!(await usesApt())) return `there is no ${PROGRAM}.`;
  if (process.getuid?.() !== 0 || existsSync("/run/systemd/system")) {
    return "coturn is missing: apt-get install coturn libnss3-tools && systemctl disable --now coturn";
  }
  await ensureAptPackages(["coturn", "libnss3-tools"], "for the tests of TURN");
  return null;
}

export interface Coturn {
  readonly port: number;
  readonly secret: string;
  /** PEM of the certificate that it shows, for the names localhost and 127.0.0.1. */
  readonly certificate: string;
  stop(): Promise<void>;
}

/**
 * coturn as ops/turn says, with a throwaway certificate. Loopback peers, which coturn refuses by itself, are allowed: here the relay is
 * one, and what refuses the others are the settings alone.
 *
 * @param relayAddress the one allowed peer
 */
export async function startCoturn(relayAddress = "127.0.0.1"): Promise<Coturn> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "madoguchi-turn-"));
  const certificateFile = path.join(folder, "certificate.pem");
  const keyFile = path.join(folder, "key.pem");
  const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-days", "2", "-subj", "/CN=localhost", "-addext", names];
  await run("openssl", [...request, ...subject, "-keyout", keyFile, "-out", certificateFile]);
  const port = await freePort();
  const secret = "a-secret-of-the-tests-with-32-letters";
  const values: Record<string, string> = {
    TURN_PORT: String(port),
    TURN_SECRET: secret,
    TURN_REALM: "turn.test",
    TURN_CERTIFICATE: certificateFile,
    TURN_KEY: keyFile,
    RELAY_ADDRESS: relayAddress,
  };
  const template = await readFile(path.join(projectRoot, "ops/turn/turnserver.conf"), "utf8");
  const settings = template
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) =>
      line.replace(/=([A-Z_]+)$/, (whole, name: string) => (values[name] ? `=${values[name]}` : whole)),
    )
    // The log comes to this process instead.
    .map((line) => (line === "syslog" ? "log-file=stdout" : line));
  const file = path.join(folder, "turnserver.conf");
  await writeFile(file, settings.join("\n"), { mode: 0o600 });
  const here = ["--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--relay-ip", "::1"];
  const own = [
    "--allow-loopback-peers",
    "--pidfile",
    path.join(folder, "pid"),
    "--userdb",
    path.join(folder, "db"),
  ];
  const child = spawn(PROGRAM, ["-c", file, ...here, ...own], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  // Whoever ends the tests in the middle leaves no server behind.
  const abandon = () => child.kill("SIGKILL");
  process.once("exit", abandon);
  const stop = async () => {
    process.off("exit", abandon);
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  while (!(await isListening(port))) {
    if (child.exitCode !== null || performance.now() > deadlineMs) {
      await stop();
      throw new Error(`coturn did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { port, secret, certificate: await readFile(certificateFile, "utf8"), stop };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
