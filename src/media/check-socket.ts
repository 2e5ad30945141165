import { AppError } from "@/lib/app-error";
import { parseJson } from "@/lib/parse-json";
import {
  CHECK_SUBPROTOCOL,
  type CheckInput,
  type CheckMethod,
  type CheckOutput,
  checkMethods,
} from "@/protocol/connectivity-check";
import { signallingResponseSchema } from "@/protocol/signalling";

const OPEN_TIMEOUT_MS = 8_000;
const REQUEST_TIMEOUT_MS = 10_000;

interface Pending {
  resolve: (data: unknown) => void;
  reject: (error: Error) => void;
}

/** The WebSocket of one check: requests with answers, and nothing else. */
export class CheckSocket {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onerror = null;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => this.#fail();
  }

  /** @throws AppError UNAVAILABLE when the relay cannot be reached */
  static async open(url: string): Promise<CheckSocket> {
    const socket = new WebSocket(url, CHECK_SUBPROTOCOL);
    await new Promise<void>((resolve, reject) => {
      const fail = () => {
        clearTimeout(timer);
        socket.close();
        reject(new AppError("UNAVAILABLE"));
      };
      const timer = setTimeout(fail, OPEN_TIMEOUT_MS);
      socket.onerror = fail;
      socket.onclose = fail;
      socket.onopen = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return new CheckSocket(socket);
  }

  /** @throws AppError with the relay's code, or UNAVAILABLE when no answer comes */
  async request<M extends CheckMethod>(method: M, data: CheckInput<M>): Promise<CheckOutput<M>> {
    const id = this.#nextId++;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const answer = await new Promise<unknown>((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new AppError("UNAVAILABLE"));
        return;
      }
      timer = setTimeout(() => reject(new AppError("UNAVAILABLE")), REQUEST_TIMEOUT_MS);
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ type: "request", id, method, data }));
    }).finally(() => {
      clearTimeout(timer);
      this.#pending.delete(id);
    });
    const parsed = checkMethods[method].output.safeParse(answer);
    if (!parsed.success) throw new AppError("MESSAGE_MALFORMED", { cause: parsed.error });
    // The schema was picked by the method's name, which the checker cannot follow through the union.
    return parsed.data as CheckOutput<M>;
  }

  close(): void {
    this.#fail();
    this.#socket.onclose = null;
    this.#socket.close(1000);
  }

  #receive(data: unknown): void {
    const message = signallingResponseSchema.safeParse(typeof data === "string" ? parseJson(data) : null);
    if (!message.success) return;
    const pending = this.#pending.get(message.data.id);
    if (message.data.ok) pending?.resolve(message.data.data);
    else pending?.reject(new AppError(message.data.error));
  }

  #fail(): void {
    for (const { reject } of [...this.#pending.values()]) reject(new AppError("UNAVAILABLE"));
  }
}
