import type { Agent } from "node:http";
import { failureOf, isCertificateError } from "../tool-failure";
import { type Environment, isForTheSystem, proxyFor, TunnelAgent } from "./proxy";
import { ProxyError } from "./proxy-error";
import { DIRECT, type SystemProxy } from "./system-proxy/system-proxy";
import { trustedCertificates } from "./trusted-certificates";

/** What a request or a WebSocket takes beside its address. */
export interface ConnectOptions {
  agent?: Agent;
  ca?: string[];
}

/** How the service is reached from this machine: through which proxy, and which certificates are trusted. */
export class Network {
  readonly #environment: Environment;
  readonly #readSystemProxy: () => Promise<SystemProxy>;
  /** Read when it is needed first, and once. */
  #systemProxy: Promise<SystemProxy> | undefined;
  #certificates: string[] | undefined;

  constructor(environment: Environment, readSystemProxy = async (): Promise<SystemProxy> => DIRECT) {
    this.#environment = environment;
    this.#readSystemProxy = readSystemProxy;
  }

  /**
   * Does something that connects; once more with the certificates that the machine trusts, if the service's was unknown.
   *
   * @throws whatever `connect` throws; ProxyError where that may be for a proxy that the tool cannot find out
   */
  async reach<T>(url: URL, connect: (options: ConnectOptions) => Promise<T>): Promise<T> {
    const system = await this.#systemProxyFor(url);
    try {
      return await connect(this.#options(url, system));
    } catch (error) {
      if (system.is === "script" && failureOf(error).kind === "unreachable") {
        const message = `the proxy is named by a script, which the tool does not run (${system.address}): set HTTPS_PROXY`;
        throw new ProxyError(message, { cause: error });
      }
      if (!isCertificateError(error) || this.#certificates !== undefined) throw error;
      const certificates = await trustedCertificates(this.#environment);
      if (certificates === null) throw error;
      this.#certificates = certificates;
      return await connect(this.#options(url, system));
    }
  }

  async #systemProxyFor(url: URL): Promise<SystemProxy> {
    if (!isForTheSystem(url, this.#environment)) return DIRECT;
    this.#systemProxy ??= this.#readSystemProxy();
    return await this.#systemProxy;
  }

  #options(url: URL, system: SystemProxy): ConnectOptions {
    const proxy = proxyFor(url, this.#environment, system);
    return {
      ...(proxy === null ? {} : { agent: new TunnelAgent(proxy) }),
      ...(this.#certificates === undefined ? {} : { ca: this.#certificates }),
    };
  }
}
