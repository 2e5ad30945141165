import { type RawData, WebSocket } from "ws";
import { AppError } from "@/lib/app-error";
import { parseJson } from "@/lib/parse-json";
import type { ChannelLabel } from "@/protocol/data-channels";
import {
  type CarriedMessage,
  relayToolMessageSchema,
  SIGNALLING_MAX_MESSAGE_BYTES,
  SIGNALLING_SUBPROTOCOL,
  type SignallingInput,
  type SignallingMethod,
  type SignallingNotification,
  type SignallingOutput,
  signallingMethods,
} from "@/protocol/signalling";
import type { Network } from "../network/network";

const OPEN_TIMEOUT_MS = 10_000;
/** Longer than a relay takes that has to start a worker first. */
const REQUEST_TIMEOUT_MS = 10_000;

export interface SocketClosure {
  readonly code: number;
  readonly reason: string;
}

interface SignallingHandlers {
  onNotification: (notification: SignallingNotification) => void;
  /** A data channel's message that came over the socket. */
  onCarried: (message: CarriedMessage) => void;
  /** Once, when the socket closes for any reason after it was open. */
  onClose: (closure: SocketClosure) => void;
}

interface Pending {
  resolve: (data: unknown) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

interface OpenOptions {
  network: Network;
  /** Of the service that the tool came from: the relay lets in nobody else's programs and pages. */
  origin: string;
  signal: AbortSignal;
}

/** One WebSocket to a relay: requests with answers, what the relay says of its own accord, and carried messages. */
export class ToolSignalling {
  readonly #socket: WebSocket;
  readonly #handlers: SignallingHandlers;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closed = false;

  /** @throws Error with a system's or TLS code, or AppError UNAVAILABLE */
  static async open(
    url: string,
    handlers: SignallingHandlers,
    options: OpenOptions,
  ): Promise<ToolSignalling> {
    const { network, origin, signal } = options;
    return await network.reach(new URL(url), async (connectOptions) => {
      const socket = new WebSocket(url, SIGNALLING_SUBPROTOCOL, {
        origin,
        handshakeTimeout: OPEN_TIMEOUT_MS,
        // Clipboards are carried too, where there is no other way.
        maxPayload: 16 * SIGNALLING_MAX_MESSAGE_BYTES,
        perMessageDeflate: false,
        ...connectOptions,
      });
      const callOff = () => socket.terminate();
      signal.addEventListener("abort", callOff);
      try {
        await new Promise<void>((resolve, reject) => {
          socket.once("open", resolve);
          socket.once("error", reject);
          socket.once("close", () => reject(new AppError("UNAVAILABLE")));
          socket.once("unexpected-response", (_request, response) => {
            response.resume();
            reject(new AppError(response.statusCode === 426 ? "PROTOCOL_VERSION" : "UNAVAILABLE"));
            socket.terminate();
          });
          if (signal.aborted) callOff();
        });
      } catch (error) {
        // A socket that is given up may fail once more, with nobody left to care.
        socket.on("error", () => {});
        socket.terminate();
        throw error;
      } finally {
        signal.removeEventListener("abort", callOff);
      }
      return new ToolSignalling(socket, handlers);
    });
  }

  private constructor(socket: WebSocket, handlers: SignallingHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.removeAllListeners();
    // What went wrong is followed by "close", which is what counts.
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("close", (code, reason) => this.#socketClosed({ code, reason: reason.toString() }));
  }

  /**
   * Asks the relay and waits for its answer.
   *
   * @throws AppError with the relay's code, or UNAVAILABLE when no answer comes
   */
  async request<M extends SignallingMethod>(
    method: M,
    data: SignallingInput<M>,
    { timeoutMs = REQUEST_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<SignallingOutput<M>> {
    const id = this.#nextId++;
    const answer = await new Promise<unknown>((resolve, reject) => {
      if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) {
        reject(new AppError("UNAVAILABLE"));
        return;
      }
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new AppError("UNAVAILABLE"));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ type: "request", id, method, data }));
    });
    const parsed = signallingMethods[method].output.safeParse(answer);
    if (!parsed.success) throw new AppError("MESSAGE_MALFORMED", { cause: parsed.error });
    // The schema was picked by the method's name, which the checker cannot follow through the union.
    return parsed.data as SignallingOutput<M>;
  }

  /** Sends a data channel's message over the socket, after `carryChannels`. */
  carry(label: ChannelLabel, data: string): void {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ type: "message", label, data } satisfies CarriedMessage));
  }

  /** Leaves. The handlers hear nothing of it. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#rejectPending();
    this.#socket.close(1000);
    // A relay that does not answer the goodbye keeps nobody here.
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closed || isBinary) return;
    const message = relayToolMessageSchema.safeParse(parseJson(data.toString()));
    // A newer relay may say things that this tool does not know; what it does not know it cannot act on.
    if (!message.success) return;
    switch (message.data.type) {
      case "notification":
        this.#handlers.onNotification(message.data);
        return;
      case "message":
        this.#handlers.onCarried(message.data);
        return;
      case "response": {
        const pending = this.#pending.get(message.data.id);
        if (!pending) return;
        this.#pending.delete(message.data.id);
        clearTimeout(pending.timer);
        if (message.data.ok) pending.resolve(message.data.data);
        else pending.reject(new AppError(message.data.error));
      }
    }
  }

  #socketClosed(closure: SocketClosure): void {
    this.#rejectPending();
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers.onClose(closure);
  }

  #rejectPending(): void {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(new AppError("UNAVAILABLE"));
    }
    this.#pending.clear();
  }
}
