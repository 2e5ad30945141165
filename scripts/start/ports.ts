// Taken ports are found before anything starts, so that the sentence can name the variable to change.
import dgram from "node:dgram";
import net from "node:net";
import { StepError } from "../setup/report.mjs";
import type { StartEnvironment } from "./environment";

export type WantedPort = {
  variable: string;
  purpose: string;
  host: string;
  port: number;
  protocol: "tcp" | "udp";
};

const POLL_MS = 100;
const DEFAULT_MAIL_PORT = 8025;
const MAIL_PORTS_TRIED = 20;

/** Every port that a start with this environment listens on, apart from the embedded database's, which is any free one. */
export function wantedPorts(environment: StartEnvironment): WantedPort[] {
  const { HOST, PORT, RELAY_HOST, RELAY_PORT, RELAY_MEDIA_PORT, RELAY_WORKERS } = environment;
  // With TLS the workers get TCP from the relay's own port.
  const protocols = environment.tls === undefined ? (["udp", "tcp"] as const) : (["udp"] as const);
  const media = Array.from({ length: RELAY_WORKERS }, (_, index) => RELAY_MEDIA_PORT + index).flatMap(
    (port) =>
      protocols.map((protocol) => ({
        variable: "RELAY_MEDIA_PORT",
        purpose: "the relay's media",
        host: RELAY_HOST,
        port,
        protocol,
      })),
  );
  return [
    { variable: "PORT", purpose: "the web pages", host: HOST, port: PORT, protocol: "tcp" },
    { variable: "RELAY_PORT", purpose: "the relay", host: RELAY_HOST, port: RELAY_PORT, protocol: "tcp" },
    ...media,
    // Asked for by name it must be free; otherwise the next free one does.
    ...(environment.catchesMail && environment.MAIL_PORT !== undefined
      ? [mailPage(environment.MAIL_PORT)]
      : []),
  ];
}

/** Where caught e-mail is shown: MAIL_PORT, else 8025 or the first free port after it. */
export async function chooseMailPort({ MAIL_PORT }: Pick<StartEnvironment, "MAIL_PORT">): Promise<number> {
  if (MAIL_PORT !== undefined) return MAIL_PORT;
  for (let port = DEFAULT_MAIL_PORT; port < DEFAULT_MAIL_PORT + MAIL_PORTS_TRIED; port += 1) {
    if ((await whyNotFree(mailPage(port))) === undefined) return port;
  }
  return await findFreePort();
}

function mailPage(port: number): WantedPort {
  return {
    variable: "MAIL_PORT",
    purpose: "the page with caught e-mail",
    host: "127.0.0.1",
    port,
    protocol: "tcp",
  };
}

/**
 * Throws a StepError that names the variable when a port is wanted twice or taken by another program.
 *
 * @param patienceMs how long a port may stay taken; for processes of a killed start that are on their way out
 */
export async function requireFreePorts(ports: readonly WantedPort[], patienceMs = 0): Promise<void> {
  refuseDoubles(ports);
  const giveUpAt = Date.now() + patienceMs;
  for (const wanted of ports) {
    let refusal = await whyNotFree(wanted);
    while (refusal === "EADDRINUSE" && Date.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      refusal = await whyNotFree(wanted);
    }
    if (refusal !== undefined) throw refusalError(wanted, refusal);
  }
}

/** A TCP port on loopback that nothing listens on at this moment. */
export async function findFreePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("A TCP server has no port.");
  return address.port;
}

function refuseDoubles(ports: readonly WantedPort[]): void {
  const seen = new Map<string, WantedPort>();
  for (const wanted of ports) {
    const key = `${wanted.protocol} ${wanted.port}`;
    const earlier = seen.get(key);
    if (earlier) {
      throw new StepError(
        `${earlier.variable} and ${wanted.variable} both lead to port ${wanted.port}.`,
        `Set one of them to another port.`,
      );
    }
    seen.set(key, wanted);
  }
}

function refusalError({ variable, purpose, host, port, protocol }: WantedPort, code: string): StepError {
  const where = `${protocol.toUpperCase()} port ${port} on ${host}`;
  if (code === "EADDRINUSE") {
    return new StepError(
      `${where}, which ${purpose} should use, is taken by another program.`,
      `Stop that program, or set ${variable} to a free port.`,
    );
  }
  if (code === "EACCES") {
    return new StepError(
      `${where}, which ${purpose} should use, is reserved for privileged programs.`,
      `Set ${variable} to a port above 1023 and put a proxy in front.`,
    );
  }
  return new StepError(
    `${where}, which ${purpose} should use, cannot be listened on (${code}).`,
    `Check the address in ${variable.startsWith("RELAY") ? "RELAY_HOST" : "HOST"} and the port in ${variable}.`,
  );
}

async function whyNotFree({ host, port, protocol }: WantedPort): Promise<string | undefined> {
  return protocol === "tcp" ? await tryTcp(host, port) : await tryUdp(host, port);
}

function tryTcp(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function tryUdp(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(net.isIPv6(host) ? "udp6" : "udp4");
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? error.message);
    });
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}
