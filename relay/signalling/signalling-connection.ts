import type { RawData, WebSocket } from "ws";
import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import {
  type CarriedMessage,
  type RelayMessage,
  SIGNALLING_MAX_MESSAGE_BYTES,
  SIGNALLING_SUBPROTOCOL,
  type SignallingMethod,
  type SignallingRequest,
  signallingMethods,
} from "@/protocol/signalling";
import type { LimitsConfig } from "../config";
import type { Logger } from "../logging";
import { type Peer, type PeerSocket, RefusedJoin } from "../rooms/peer";
import { handleRequest } from "./handle-request";
import { MessageBudget } from "./message-budget";
import { parseFrame } from "./parse-frame";

/** Requests that wait while an earlier one is carried out. */
const MAX_WAITING_REQUESTS = 64;
/** A browser that does not read what it is sent is given up at this backlog. */
const MAX_BUFFERED_BYTES = 1_048_576;
/** How long a closing handshake may take. */
const CLOSE_TIMEOUT_MS = 2_000;

interface SignallingConnectionOptions {
  webSocket: WebSocket;
  limits: LimitsConfig;
  logger: Logger;
  /** Told of each request that is taken up. */
  onRequest: (method: SignallingMethod) => void;
  onRefused: (code: ErrorCode) => void;
  onClosed: () => void;
}

/** One WebSocket: frames in and out, one request at a time, pings, limits. What requests mean is the peer's business. */
export class SignallingConnection implements PeerSocket {
  readonly #webSocket: WebSocket;
  readonly #options: SignallingConnectionOptions;
  readonly #budget: MessageBudget;
  readonly #pingTimer: NodeJS.Timeout;
  #peer: Peer | undefined;
  #heardAtMs = performance.now();
  #awaitsPong = false;
  #waitingRequests = 0;
  #lastRequest: Promise<void> = Promise.resolve();

  private constructor(options: SignallingConnectionOptions) {
    this.#options = options;
    this.#webSocket = options.webSocket;
    this.#budget = new MessageBudget({
      burst: options.limits.messageBurst,
      perSecond: options.limits.messagesPerSecond,
    });
    this.#pingTimer = setInterval(() => this.#beat(), options.limits.pingIntervalMs);
  }

  /** @param createPeer makes the peer that answers this connection's requests */
  static create(
    options: SignallingConnectionOptions,
    createPeer: (socket: PeerSocket) => Peer,
  ): SignallingConnection {
    const connection = new SignallingConnection(options);
    connection.#listen(createPeer(connection));
    return connection;
  }

  get backlogBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(message: RelayMessage | CarriedMessage): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    if (this.#webSocket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#webSocket.terminate();
      return;
    }
    this.#webSocket.send(JSON.stringify(message));
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
    this.#terminateSoon();
  }

  /** The relay goes away. */
  interrupt(): void {
    this.#peer?.interrupt();
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  #listen(peer: Peer): void {
    this.#peer = peer;
    this.#webSocket.on("message", (data, isBinary) => this.#receive(peer, data, isBinary));
    this.#webSocket.on("pong", () => {
      this.#awaitsPong = false;
      this.#hear(peer);
    });
    this.#webSocket.on("ping", () => this.#spend(peer));
    // ws itself closes with 1009 (too big) or 1002, 1007 (not the protocol); what remains is to count it.
    this.#webSocket.on("error", (error: Error & { code?: string }) => {
      this.#options.onRefused(
        error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" ? "MESSAGE_TOO_LARGE" : "MESSAGE_MALFORMED",
      );
      this.#terminateSoon();
    });
    this.#webSocket.once("close", () => {
      clearInterval(this.#pingTimer);
      peer.socketClosed();
      this.#options.onClosed();
    });
  }

  /** Whoever does not take part in the closing handshake is not waited for as long as ws would. */
  #terminateSoon(): void {
    const timer = setTimeout(() => this.#webSocket.terminate(), CLOSE_TIMEOUT_MS);
    this.#webSocket.once("close", () => clearTimeout(timer));
  }

  #receive(peer: Peer, data: RawData, isBinary: boolean): void {
    this.#hear(peer);
    if (peer.phase === "closed" || !this.#spend(peer)) return;
    const text = data.toString();
    if (Buffer.byteLength(text) > SIGNALLING_MAX_MESSAGE_BYTES && !peer.isCarried) {
      this.#options.onRefused("MESSAGE_TOO_LARGE");
      // As ws itself does with one that is longer than any may be.
      this.close(1009, "");
      return;
    }
    const frame = isBinary ? ({ kind: "garbage" } as const) : parseFrame(text);
    if (frame.kind === "garbage") {
      peer.refuse("MESSAGE_MALFORMED");
      return;
    }
    if (frame.kind === "carried") {
      this.#takeCarried(peer, frame.message);
      return;
    }
    if (this.#webSocket.protocol !== SIGNALLING_SUBPROTOCOL) {
      // Whatever it asks for, in the form that every version reads.
      this.#answerError(peer, frame.kind === "unknown" ? frame.id : frame.request.id, "PROTOCOL_VERSION");
      return;
    }
    if (frame.kind === "unknown") {
      this.#answerError(peer, frame.id, "MESSAGE_MALFORMED");
      return;
    }
    this.#options.onRequest(frame.request.method);
    if (frame.request.method === "ping" && peer.phase === "joined") {
      // Whoever asks wants to know how quick the connection is, not how long a request before it takes.
      this.send({ type: "response", id: frame.request.id, ok: true, data: {} });
      const ping = signallingMethods.ping.input.safeParse(frame.request.data);
      peer.toldOfMedia(ping.data?.isMediaLost === true);
      return;
    }
    if (this.#waitingRequests >= MAX_WAITING_REQUESTS) {
      peer.refuse("MESSAGE_TOO_OFTEN");
      return;
    }
    this.#waitingRequests += 1;
    this.#lastRequest = this.#lastRequest.then(async () => {
      await this.#handle(peer, frame.request);
      this.#waitingRequests -= 1;
    });
  }

  /** Nothing answers a message, so one that is refused is the connection's last. */
  #takeCarried(peer: Peer, message: CarriedMessage): void {
    try {
      peer.takeCarried(message);
    } catch (error) {
      if (!(error instanceof AppError)) {
        this.#options.logger.error({ reason: String(error) }, "a carried message failed");
      }
      peer.refuse(codeOf(error));
    }
  }

  /** Never rejects: whatever happens becomes a code. */
  async #handle(peer: Peer, request: SignallingRequest): Promise<void> {
    if (peer.phase === "closed") return;
    let isAnswered = false;
    try {
      await handleRequest(peer, request, (output) => {
        isAnswered = true;
        this.send({ type: "response", id: request.id, ok: true, data: output });
      });
    } catch (error) {
      if (!(error instanceof AppError)) {
        this.#options.logger.error({ method: request.method, reason: String(error) }, "request failed");
      }
      if (!isAnswered) this.#answerError(peer, request.id, codeOf(error), error instanceof RefusedJoin);
    }
  }

  /** A side that has not joined gets its answer and is out. */
  #answerError(peer: Peer, id: number, code: ErrorCode, isCounted = false): void {
    this.send({ type: "response", id, ok: false, error: code });
    if (peer.phase === "joined") this.#options.onRefused(code);
    else if (isCounted) peer.closeRefused(code);
    else peer.refuse(code);
  }

  #spend(peer: Peer): boolean {
    if (this.#budget.spend()) return true;
    peer.refuse("MESSAGE_TOO_OFTEN");
    return false;
  }

  #hear(peer: Peer): void {
    this.#heardAtMs = performance.now();
    peer.socketHeard();
  }

  #beat(): void {
    const { silentAfterMs, deadAfterMs } = this.#options.limits;
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs >= deadAfterMs) {
      this.#webSocket.terminate();
      return;
    }
    // Never rejects.
    if (silentMs >= silentAfterMs) void this.#peer?.socketSilent();
    // One that is on its way is sent again by TCP itself; more of them would only queue behind it.
    if (this.#awaitsPong) return;
    this.#awaitsPong = true;
    this.#webSocket.ping();
  }
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : "INTERNAL";
}
