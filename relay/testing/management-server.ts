import { createServer, type IncomingMessage, type Server } from "node:http";
import { z } from "zod";
import { type Heartbeat, heartbeatSchema, type RelayReport, relayReportSchema } from "@/protocol/relay-api";

const wrapped = z.object({ json: z.unknown() });

/** A small HTTP server in the management server's place: it checks and keeps what relays tell it. */
export class TestManagementServer {
  readonly heartbeats: Heartbeat[] = [];
  readonly reports: RelayReport["event"][] = [];
  /** Every call for a report, refused ones too. */
  readonly reportCalls: RelayReport["event"][] = [];
  /** Answered to the next heartbeats. */
  close: { sessionId: string; reason: string }[] = [];
  dismiss: { sessionId: string; observerId: string }[] = [];
  /** What a heartbeat is answered beside that. */
  decide: (heartbeat: Heartbeat) => { rejoin?: string[]; canMove?: boolean; protocolVersion?: number } =
    () => ({});
  /** Statuses for the next reports; 200 when empty. */
  readonly reportStatuses: number[] = [];
  readonly secret = "test-secret-test-secret-test-secret-test";
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        ({ status, json }) => {
          response.writeHead(status, { "content-type": "application/json" });
          response.end(JSON.stringify(status === 200 ? { result: { data: { json } } } : { error: { json } }));
        },
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  static async listen(): Promise<TestManagementServer> {
    const management = new TestManagementServer();
    await new Promise<void>((resolve) => management.#server.listen(0, "127.0.0.1", resolve));
    return management;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return `http://127.0.0.1:${address.port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** The reports of one session, in the order in which they came. */
  reportsOf(sessionId: string): RelayReport["event"][] {
    return this.reports.filter((event) => event.sessionId === sessionId);
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; json: unknown }> {
    if (request.headers.authorization !== `Bearer ${this.secret}`) return { status: 401, json: null };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { json } = wrapped.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
    if (request.method === "POST" && request.url === "/api/trpc/relay.heartbeat") {
      const heartbeat = heartbeatSchema.parse(json);
      this.heartbeats.push(heartbeat);
      const { close, dismiss } = this;
      return { status: 200, json: { close, dismiss, ...this.decide(heartbeat) } };
    }
    if (request.method === "POST" && request.url === "/api/trpc/relay.report") {
      const { event } = relayReportSchema.parse(json);
      this.reportCalls.push(event);
      const status = this.reportStatuses.shift() ?? 200;
      if (status === 200) this.reports.push(event);
      return { status, json: {} };
    }
    return { status: 404, json: null };
  }
}
