import { AppError } from "@/lib/app-error";
import type { SignallingOutput } from "@/protocol/signalling";
import type { DataTransport } from "./data-transport";
import type { ToolSignalling } from "./tool-signalling";

/** So often in a row nothing has come where something was sent, either way: once may be one packet that was lost. */
const MAX_MISSED = 2;
const ANSWER_TIMEOUT_MS = 4_000;

/** `doubtful`: look again soon. */
export type Pulse = "steady" | "doubtful" | "gone";

interface Watched {
  readonly send: Pick<DataTransport, "stir">;
  readonly recv: Pick<DataTransport, "stir">;
}

/**
 * Whether a link's transports still carry anything, both ways. ICE takes half a minute to notice that they do not (RFC 7675), in which an
 * operator clicks in vain. The relay, asked over the socket, knows after a few seconds what has come to it, and sends something back
 * over the transports with its answer.
 */
export class TransportPulse {
  readonly #signalling: Pick<ToolSignalling, "request">;
  readonly #transports: Watched;
  #heardBytes: number | null = null;
  #missed = 0;
  /** Whether the relay has sent something since the last look, and whether anything has come. */
  #isAwaited = false;
  #isHeard = false;

  constructor(signalling: Pick<ToolSignalling, "request">, transports: Watched) {
    this.#signalling = signalling;
    this.#transports = transports;
  }

  /** Something has come from the relay. */
  heard(): void {
    this.#isHeard = true;
  }

  /**
   * Looks, and makes the transports send something for the next look. Call it regularly, no more often than packets travel.
   *
   * @throws AppError UNAVAILABLE when the socket is silent
   */
  async feel(): Promise<Pulse> {
    const before = this.#heardBytes;
    const isDeaf = this.#isAwaited && !this.#isHeard;
    this.#isHeard = false;
    const answer = await this.#ask();
    if (answer === null) return "steady";
    this.#heardBytes = answer.bytes;
    this.#isAwaited = answer.isReturned === true;
    this.#transports.send.stir();
    this.#transports.recv.stir();
    this.#missed = isDeaf || answer.bytes === before ? this.#missed + 1 : 0;
    if (this.#missed === 0) return "steady";
    return this.#missed < MAX_MISSED ? "doubtful" : "gone";
  }

  /** @returns null when the relay is too old to know */
  async #ask(): Promise<SignallingOutput<"heardBytes"> | null> {
    try {
      return await this.#signalling.request("heardBytes", {}, { timeoutMs: ANSWER_TIMEOUT_MS });
    } catch (error) {
      if (error instanceof AppError && error.code === "MESSAGE_MALFORMED") return null;
      throw error;
    }
  }
}
