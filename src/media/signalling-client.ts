import { AppError } from "@/lib/app-error";
import { parseJson } from "@/lib/parse-json";
import {
  relayMessageSchema,
  SIGNALLING_SUBPROTOCOL,
  type SignallingInput,
  type SignallingMethod,
  type SignallingNotification,
  type SignallingOutput,
  signallingMethods,
} from "@/protocol/signalling";

/** An answer that takes longer means that the connection is as good as lost. */
const REQUEST_TIMEOUT_MS = 10_000;
const OPEN_TIMEOUT_MS = 10_000;

interface SignallingHandlers {
  onNotification: (notification: SignallingNotification) => void;
  /** Once, when the socket closes for any reason after it was open. */
  onClose: (close: { code: number; reason: string }) => void;
}

interface Pending {
  resolve: (data: unknown) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** One WebSocket to a relay: requests with answers, and what the relay says of its own accord. */
export class SignallingClient {
  readonly #socket: WebSocket;
  readonly #handlers: SignallingHandlers;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  /** @throws AppError UNAVAILABLE when the relay cannot be reached */
  static async open(url: string, handlers: SignallingHandlers): Promise<SignallingClient> {
    const socket = new WebSocket(url, SIGNALLING_SUBPROTOCOL);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => fail(), OPEN_TIMEOUT_MS);
      const fail = () => {
        clearTimeout(timer);
        socket.close();
        reject(new AppError("UNAVAILABLE"));
      };
      socket.onerror = fail;
      socket.onclose = fail;
      socket.onopen = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return new SignallingClient(socket, handlers);
  }

  private constructor(socket: WebSocket, handlers: SignallingHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.onerror = null;
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => {
      this.#rejectPending();
      handlers.onClose({ code: event.code, reason: event.reason });
    };
  }

  /**
   * Asks the relay and waits for its answer.
   *
   * @throws AppError with the relay's code, or UNAVAILABLE when no answer comes
   */
  async request<M extends SignallingMethod>(
    method: M,
    data: SignallingInput<M>,
  ): Promise<SignallingOutput<M>> {
    const id = this.#nextId++;
    const answer = await new Promise<unknown>((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new AppError("UNAVAILABLE"));
        return;
      }
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new AppError("UNAVAILABLE"));
        this.#socket.close();
      }, REQUEST_TIMEOUT_MS);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ type: "request", id, method, data }));
    });
    const parsed = signallingMethods[method].output.safeParse(answer);
    if (!parsed.success) throw new AppError("MESSAGE_MALFORMED", { cause: parsed.error });
    // The schema was picked by the method's name, which the checker cannot follow through the union.
    return parsed.data as SignallingOutput<M>;
  }

  /** Leaves. The handlers hear nothing of it. */
  close(): void {
    this.#socket.onclose = null;
    this.#socket.onmessage = null;
    this.#rejectPending();
    this.#socket.close(1000);
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return;
    const message = relayMessageSchema.safeParse(parseJson(data));
    if (!message.success) {
      // A newer relay may say things that this page does not know; what it does not know it cannot act on.
      console.warn("The relay sent a message that this page does not understand.");
      return;
    }
    if (message.data.type === "notification") {
      this.#handlers.onNotification(message.data);
      return;
    }
    const pending = this.#pending.get(message.data.id);
    if (!pending) return;
    this.#pending.delete(message.data.id);
    clearTimeout(pending.timer);
    if (message.data.ok) pending.resolve(message.data.data);
    else pending.reject(new AppError(message.data.error));
  }

  #rejectPending(): void {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(new AppError("UNAVAILABLE"));
    }
    this.#pending.clear();
  }
}
