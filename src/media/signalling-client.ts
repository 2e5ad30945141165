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

/** Longer than a relay takes that has to start a worker first. */
const REQUEST_TIMEOUT_MS = 10_000;

interface SignallingHandlers {
  onNotification: (notification: SignallingNotification) => void;
  /** Anything came. */
  onHeard: () => void;
  /** Once, when the socket closes for any reason after it was open. */
  onClose: (close: { code: number; reason: string }) => void;
}

interface Pending {
  resolve: (data: unknown) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** The relay did not answer in time; as far as anybody can tell it may not exist. */
export class SilentRelay extends AppError {
  constructor() {
    super("UNAVAILABLE");
  }
}

/** One WebSocket to a relay: requests with answers, and what the relay says of its own accord. */
export class SignallingClient {
  readonly #socket: WebSocket;
  readonly #handlers: SignallingHandlers;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  /** @throws AppError UNAVAILABLE when the relay cannot be reached, SilentRelay when it does not answer in time */
  static async open(
    url: string,
    handlers: SignallingHandlers,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  ): Promise<SignallingClient> {
    const socket = new WebSocket(url, SIGNALLING_SUBPROTOCOL);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const given = new AbortController();
    try {
      await new Promise<void>((resolve, reject) => {
        const refuse = () => reject(new AppError("UNAVAILABLE"));
        timer = setTimeout(() => reject(new SilentRelay()), timeoutMs);
        socket.onerror = refuse;
        socket.onclose = refuse;
        socket.onopen = () => resolve();
        signal.addEventListener("abort", refuse, { signal: given.signal });
        if (signal.aborted) refuse();
      });
      return new SignallingClient(socket, handlers);
    } catch (error) {
      socket.onclose = null;
      socket.close();
      throw error;
    } finally {
      clearTimeout(timer);
      given.abort();
    }
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
   * @param timeoutMs null: whoever asks knows by other means when to give up
   * @throws AppError with the relay's code, or UNAVAILABLE when no answer comes
   */
  async request<M extends SignallingMethod>(
    method: M,
    data: SignallingInput<M>,
    { timeoutMs = REQUEST_TIMEOUT_MS }: { timeoutMs?: number | null } = {},
  ): Promise<SignallingOutput<M>> {
    const id = this.#nextId++;
    const answer = await new Promise<unknown>((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new AppError("UNAVAILABLE"));
        return;
      }
      const giveUp = () => {
        this.#pending.delete(id);
        reject(new SilentRelay());
      };
      const timer = timeoutMs === null ? undefined : setTimeout(giveUp, timeoutMs);
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
    this.#handlers.onHeard();
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
