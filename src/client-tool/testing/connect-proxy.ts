import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

const LOOPBACK = "127.0.0.1";

/** An HTTP proxy as companies have one (RFC 9110, 9.3.6: CONNECT): whatever name is asked for is found on this machine. */
export class ConnectProxy {
  /** What was asked for and let through, as `host:port`. */
  readonly targets: string[] = [];
  readonly #server: Server = createServer((_request, response) => response.writeHead(405).end());
  readonly #closings: (() => void)[] = [];

  /** @param credentials `user:password`; null: everybody may use it */
  static async start(credentials: string | null): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(credentials);
    proxy.#server.listen(0, LOOPBACK);
    await once(proxy.#server, "listening");
    return proxy;
  }

  private constructor(credentials: string | null) {
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    this.#server.on("connect", (request, near, head) => {
      near.on("error", () => {});
      if (wanted !== null && request.headers["proxy-authorization"] !== wanted) {
        near.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
        return;
      }
      const target = request.url ?? "";
      this.targets.push(target);
      const far = connect({ host: LOOPBACK, port: Number(target.split(":").at(-1)) });
      this.#closings.push(() => {
        near.destroy();
        far.destroy();
      });
      far.on("error", () => near.destroy());
      far.once("connect", () => {
        near.write("HTTP/1.1 200 Connection established\r\n\r\n");
        far.write(head);
        near.pipe(far).pipe(near);
      });
    });
  }

  get host(): string {
    return `${LOOPBACK}:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const close of this.#closings) close();
    this.#server.close();
  }
}
