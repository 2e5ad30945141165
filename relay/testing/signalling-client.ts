import { type RawData, WebSocket } from "ws";
import type { ErrorCode } from "@/lib/error-table";
import {
  type CarriedMessage,
  relayToolMessageSchema,
  SIGNALLING_PROTOCOL_VERSION,
  SIGNALLING_SUBPROTOCOL,
  type SignallingInput,
  type SignallingMethod,
  type SignallingNotification,
  type SignallingOutput,
  signallingMethods,
} from "@/protocol/signalling";
import { until } from "./until";

export interface ConnectOptions {
  origin?: string | undefined;
  subprotocol?: string | string[] | undefined;
  headers?: Record<string, string>;
  /** The certificate to trust, for wss. */
  ca?: string | undefined;
}

/** An answer other than the expected one. */
export class RefusedRequest extends Error {
  readonly code: ErrorCode;

  constructor(method: string, code: ErrorCode) {
    super(`${method} was refused: ${code}`);
    this.code = code;
  }
}

type Notification<E extends SignallingNotification["event"]> = Extract<SignallingNotification, { event: E }>;

/** A browser's side of the signalling, over a real WebSocket. Everything the relay says is checked against the protocol. */
export class SignallingClient {
  readonly webSocket: WebSocket;
  readonly notifications: SignallingNotification[] = [];
  /** What came on channels that are carried over the socket. */
  readonly carried: CarriedMessage[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly #pending = new Map<number, (answer: { data: unknown } | { error: ErrorCode }) => void>();
  #nextId = 1;

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on("message", (data) => this.#receive(data));
    webSocket.on("error", () => {});
    webSocket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  /** @throws Error with the HTTP status when the relay refuses the upgrade */
  static async connect(url: string, options: ConnectOptions = {}): Promise<SignallingClient> {
    const {
      origin = "http://support.test",
      subprotocol = SIGNALLING_SUBPROTOCOL,
      headers = {},
      ca,
    } = options;
    const client = new SignallingClient(
      new WebSocket(
        url,
        [subprotocol].flat().filter((name) => name !== ""),
        {
          headers: origin === "" ? headers : { ...headers, origin },
          ...(ca === undefined ? {} : { ca }),
        },
      ),
    );
    await new Promise<void>((resolve, reject) => {
      client.webSocket.once("open", resolve);
      client.webSocket.once("unexpected-response", (_request, response) => {
        response.resume();
        reject(new Error(`refused with ${response.statusCode}`));
      });
      client.webSocket.once("error", reject);
    });
    return client;
  }

  join(token: string): Promise<SignallingOutput<"join">> {
    return this.request("join", { protocolVersion: SIGNALLING_PROTOCOL_VERSION, token });
  }

  /** @throws RefusedRequest */
  async request<M extends SignallingMethod>(
    method: M,
    data: SignallingInput<M>,
  ): Promise<SignallingOutput<M>> {
    const answer = await this.requestRaw({ type: "request", method, data });
    if ("error" in answer) throw new RefusedRequest(method, answer.error);
    signallingMethods[method].output.parse(answer.data);
    return answer.data as SignallingOutput<M>;
  }

  /** Sends a request of any form, with an id of its own, and waits for the answer or the end. */
  async requestRaw(message: object): Promise<{ data: unknown } | { error: ErrorCode }> {
    const id = this.#nextId;
    this.#nextId += 1;
    let answer: { data: unknown } | { error: ErrorCode } | undefined;
    this.#pending.set(id, (received) => {
      answer = received;
    });
    this.webSocket.send(JSON.stringify({ ...message, id }));
    return await until(`request ${id} is answered`, () => {
      if (answer === undefined && this.closed !== undefined) {
        throw new Error(`closed with ${this.closed.code} ${this.closed.reason} before the answer`);
      }
      return answer;
    });
  }

  /** The first notification of the kind that fits, waiting for it if need be. It is taken out. */
  async notified<E extends SignallingNotification["event"]>(
    event: E,
    fits: (notification: Notification<E>) => boolean = () => true,
  ): Promise<Notification<E>> {
    return await until(`${event} is notified`, () => {
      const isIt = (one: SignallingNotification): one is Notification<E> =>
        one.event === event && fits(one as Notification<E>);
      const found = this.notifications.find(isIt);
      if (found !== undefined) this.notifications.splice(this.notifications.indexOf(found), 1);
      return found;
    });
  }

  /** Sends on a channel that is carried over the socket. */
  carry(label: CarriedMessage["label"], data: string): void {
    this.webSocket.send(JSON.stringify({ type: "message", label, data } satisfies CarriedMessage));
  }

  closedBy(): Promise<{ code: number; reason: string }> {
    return until("the socket is closed", () => this.closed);
  }

  /** As a closed tab does. */
  leave(): void {
    this.webSocket.terminate();
  }

  #receive(data: RawData): void {
    const message = relayToolMessageSchema.parse(JSON.parse(data.toString()));
    if (message.type === "message") {
      this.carried.push(message);
      return;
    }
    if (message.type === "notification") {
      this.notifications.push(message);
      return;
    }
    this.#pending.get(message.id)?.(message.ok ? { data: message.data } : { error: message.error });
    this.#pending.delete(message.id);
  }
}
