import http from "node:http";
import https from "node:https";
import { isIP, Socket } from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { ProxyError } from "./proxy-error";
import { DIRECT, type SystemProxy } from "./system-proxy/system-proxy";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that takes longer to open a way through has none. */
const TUNNEL_TIMEOUT_MS = 10_000;

/**
 * The proxy for an address: the one that the environment names by the variables that most programs read (HTTPS_PROXY, ALL_PROXY, NO_PROXY,
 * in either case), else the system's. Only HTTPS is asked for through a proxy: HTTP is for loopback, which is always reached directly.
 */
export function proxyFor(url: URL, environment: Environment, system: SystemProxy = DIRECT): URL | null {
  if (!mayHaveProxy(url, environment)) return null;
  const named = proxyNamedBy(environment);
  if (named !== undefined) return proxyAddress(named);
  return system.is === "proxy" && !system.isExcepted(url) ? proxyAddress(system.address) : null;
}

/** Whether the system's settings matter for an address: nobody has said otherwise. */
export function isForTheSystem(url: URL, environment: Environment): boolean {
  return mayHaveProxy(url, environment) && proxyNamedBy(environment) === undefined;
}

function proxyNamedBy(environment: Environment): string | undefined {
  return read(environment, "HTTPS_PROXY") ?? read(environment, "ALL_PROXY");
}

function mayHaveProxy(url: URL, environment: Environment): boolean {
  const isSecure = url.protocol === "https:" || url.protocol === "wss:";
  return isSecure && !isExcepted(url, read(environment, "NO_PROXY") ?? "");
}

function read(environment: Environment, name: string): string | undefined {
  return environment[name.toLowerCase()] || environment[name] || undefined;
}

function proxyAddress(text: string): URL | null {
  const address = parseUrl(text.includes("://") ? text : `http://${text}`);
  return address && /^https?:$/.test(address.protocol) ? address : null;
}

/** Entries are names (with what is below them), addresses, or `*`; any of them with a port. */
function isExcepted({ hostname, port }: URL, exceptions: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || host === "::1" || host.startsWith("127.")) return true;
  return exceptions
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", entryPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
      const bare = isIP(entry) ? entry : name.replace(/^\*?\./, "");
      if (entryPort !== undefined && !isIP(entry) && entryPort !== (port || "443")) return false;
      return host === bare || host.endsWith(`.${bare}`);
    });
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** Connects through an HTTP proxy (RFC 9110, 9.3.6: CONNECT), then as always: TLS is between this program and the service. */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL) {
    super({ keepAlive: false });
    this.#proxy = proxy;
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const host = String(options.host);
    const target = `${host.includes(":") ? `[${host}]` : host}:${options.port ?? 443}`;
    const { username, password } = this.#proxy;
    const userinfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const request = (this.#proxy.protocol === "https:" ? https : http).request({
      host: this.#proxy.hostname.replace(/^\[|\]$/g, ""),
      port: this.#proxy.port || (this.#proxy.protocol === "https:" ? 443 : 80),
      method: "CONNECT",
      path: target,
      agent: false,
      headers: {
        host: target,
        ...(username === ""
          ? {}
          : { "proxy-authorization": `Basic ${Buffer.from(userinfo).toString("base64")}` }),
      },
      timeout: TUNNEL_TIMEOUT_MS,
    });
    const fail = (error: Error) => callback?.(error, new Socket());
    request.once("connect", (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        fail(new ProxyError(`the proxy answered ${response.statusCode}`));
        return;
      }
      const { ca, servername } = options;
      const secure = tls.connect({ socket, ca, servername: servername || (isIP(host) ? "" : host), host });
      callback?.(null, secure);
    });
    request.once("timeout", () => request.destroy(new ProxyError("the proxy does not answer")));
    request.once("error", fail);
    request.end();
    return undefined;
  }
}
