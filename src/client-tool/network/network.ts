import type { Agent } from "node:http";
import { isCertificateError } from "../tool-failure";
import { type Environment, proxyFor, TunnelAgent } from "./proxy";
import { trustedCertificates } from "./trusted-certificates";

/** What a request or a WebSocket takes beside its address. */
export interface ConnectOptions {
  agent?: Agent;
  ca?: string[];
}

/** How the service is reached from this machine: through which proxy, and which certificates are trusted. */
export class Network {
  readonly #environment: Environment;
  #certificates: string[] | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /**
   * Does something that connects; once more with the certificates that the machine trusts, if the service's was unknown.
   *
   * @throws whatever `connect` throws
   */
  async reach<T>(url: URL, connect: (options: ConnectOptions) => Promise<T>): Promise<T> {
    try {
      return await connect(this.#options(url));
    } catch (error) {
      if (!isCertificateError(error) || this.#certificates !== undefined) throw error;
      const certificates = await trustedCertificates();
      if (certificates === null) throw error;
      this.#certificates = certificates;
      return await connect(this.#options(url));
    }
  }

  #options(url: URL): ConnectOptions {
    const proxy = proxyFor(url, this.#environment);
    return {
      ...(proxy === null ? {} : { agent: new TunnelAgent(proxy) }),
      ...(this.#certificates === undefined ? {} : { ca: this.#certificates }),
    };
  }
}
