import { WebSocket } from "ws";
import {
  CHECK_PROTOCOL_VERSION,
  CHECK_SUBPROTOCOL,
  type CheckInput,
  type CheckMethod,
  type CheckOutput,
  checkMethods,
} from "@/protocol/connectivity-check";
import { signallingResponseSchema } from "@/protocol/signalling";
import { until } from "./until";

/** A browser's side of a check, over a real WebSocket. */
export class CheckClient {
  readonly webSocket: WebSocket;
  closed: { code: number; reason: string } | undefined;
  readonly #answers = new Map<number, { data: unknown } | { error: string }>();
  #nextId = 1;

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on("message", (data) => {
      const message = signallingResponseSchema.parse(JSON.parse(data.toString()));
      this.#answers.set(message.id, message.ok ? { data: message.data } : { error: message.error });
    });
    webSocket.on("error", () => {});
    webSocket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  static async connect(url: string, origin = "http://support.test"): Promise<CheckClient> {
    const client = new CheckClient(new WebSocket(url, CHECK_SUBPROTOCOL, { headers: { origin } }));
    await new Promise<void>((resolve, reject) => {
      client.webSocket.once("open", resolve);
      client.webSocket.once("error", reject);
    });
    return client;
  }

  begin(token: string): Promise<CheckOutput<"begin">> {
    return this.request("begin", { protocolVersion: CHECK_PROTOCOL_VERSION, token });
  }

  /** @throws Error with the code of the refusal */
  async request<M extends CheckMethod>(method: M, data: CheckInput<M>): Promise<CheckOutput<M>> {
    const id = this.#nextId;
    this.#nextId += 1;
    this.webSocket.send(JSON.stringify({ type: "request", id, method, data }));
    const answer = await until(`${method} is answered`, () => {
      const found = this.#answers.get(id);
      if (found === undefined && this.closed !== undefined) throw new Error(`closed: ${this.closed.reason}`);
      return found;
    });
    if ("error" in answer) throw new Error(answer.error);
    checkMethods[method].output.parse(answer.data);
    return answer.data as CheckOutput<M>;
  }

  closedBy(): Promise<{ code: number; reason: string }> {
    return until("the socket is closed", () => this.closed);
  }
}
