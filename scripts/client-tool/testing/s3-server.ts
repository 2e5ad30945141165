import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type SignatureFault, signatureFault } from "./s3-signature";

const KEPT_HEADERS = ["content-type", "content-encoding", "cache-control"] as const;

export interface StoredObject {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Storage that takes nothing whose signature or hash is wrong, and has the misfortunes that a test decides. */
export class S3Server {
  readonly credentials = { accessKeyId: "AKEXAMPLE", secretAccessKey: "a+secret/with=signs" };
  /** By bucket and key. */
  readonly objects = new Map<string, StoredObject>();
  /** Method and address of every request, in order. */
  readonly requests: string[] = [];
  /** How many of the next uploads are cut off in the middle. */
  cuts = 0;
  /** How many of the next requests are answered with 503. */
  overloads = 0;
  /** Whether it may not be told what is not there, as where listing is not allowed. */
  isSecretive = false;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<S3Server> {
    const started = new S3Server();
    started.#server.listen(0, "127.0.0.1");
    await once(started.#server, "listening");
    return started;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no port.");
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    this.requests.push(`${method} ${url}`);
    if (method === "PUT" && this.cuts > 0) {
      this.cuts--;
      request.once("data", () => request.socket.destroy());
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const body = Buffer.concat(parts);
    if (this.overloads > 0) {
      this.overloads--;
      return refuse(response, 503, "SlowDown");
    }
    const single = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const fault = signatureFault({ method, target: url, headers: single }, this.credentials, new Date());
    if (fault !== null) return refuse(response, 403, fault);
    if (single["x-amz-content-sha256"] !== createHash("sha256").update(body).digest("hex")) {
      return refuse(response, 400, "XAmzContentSHA256Mismatch");
    }
    const key = decodeURIComponent(url.slice(1));
    if (method === "PUT") {
      const kept = Object.entries(single).filter(
        ([name]) => KEPT_HEADERS.some((one) => one === name) || name.startsWith("x-amz-meta-"),
      );
      this.objects.set(key, { content: body, headers: Object.fromEntries(kept) });
      response.end();
      return;
    }
    const found = this.objects.get(key);
    if (!found)
      return this.isSecretive ? refuse(response, 403, "AccessDenied") : refuse(response, 404, "NoSuchKey");
    response.writeHead(200, { ...found.headers, "content-length": found.content.length });
    response.end(method === "HEAD" ? undefined : found.content);
  }
}

function refuse(
  response: ServerResponse,
  status: number,
  code: SignatureFault | "NoSuchKey" | "SlowDown" | "XAmzContentSHA256Mismatch",
): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
}
