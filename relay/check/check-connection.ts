import type { RawData, WebSocket } from "ws";
import type { z } from "zod";
import { AppError } from "@/lib/app-error";
import { assertUnreachable } from "@/lib/assert-unreachable";
import type { ErrorCode } from "@/lib/error-table";
import { parseJson } from "@/lib/parse-json";
import {
  CHECK_LIFETIME_MS,
  CHECK_PROTOCOL_VERSION,
  type CheckMethod,
  type CheckOutput,
  type CheckRequest,
  checkMethods,
  checkRequestSchema,
} from "@/protocol/connectivity-check";
import { closeCodes } from "@/protocol/signalling";
import type { LimitsConfig } from "../config";
import { MessageBudget } from "../signalling/message-budget";
import type { CheckRoom } from "./check-room";

/** Requests under way at a time; downloads come several at once. */
const MAX_PENDING_REQUESTS = 16;
const CLOSE_TIMEOUT_MS = 2_000;

interface CheckConnectionOptions {
  webSocket: WebSocket;
  limits: LimitsConfig;
  /** @throws AppError TOKEN_* */
  verify: (token: string) => Promise<void>;
  openRoom: (callbacks: { onExhausted: () => void; onWorkerDied: () => void }) => Promise<CheckRoom>;
  onRefused: (code: ErrorCode) => void;
  onClosed: () => void;
}

/** One browser's check: its WebSocket, and the echo room behind it, which lives and dies with it. */
export class CheckConnection {
  readonly #options: CheckConnectionOptions;
  readonly #budget: MessageBudget;
  readonly #timer: NodeJS.Timeout;
  #room: CheckRoom | undefined;
  #hasBegun = false;
  #pending = 0;
  #closed = false;

  constructor(options: CheckConnectionOptions) {
    this.#options = options;
    const { webSocket, limits } = options;
    this.#budget = new MessageBudget({ burst: limits.messageBurst, perSecond: limits.messagesPerSecond });
    this.#timer = setTimeout(() => this.#refuse("UNAUTHENTICATED"), limits.joinTimeoutMs);
    webSocket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    // ws itself closes after what is not the protocol.
    webSocket.on("error", () => options.onRefused("MESSAGE_MALFORMED"));
    webSocket.once("close", () => {
      this.#letGo();
      options.onClosed();
    });
  }

  /** The relay goes away. */
  interrupt(): void {
    this.#close(closeCodes.rejoin, "rejoin");
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closed) return;
    if (!this.#budget.spend() || this.#pending >= MAX_PENDING_REQUESTS) {
      this.#refuse("MESSAGE_TOO_OFTEN");
      return;
    }
    const request = checkRequestSchema.safeParse(isBinary ? null : parseJson(data.toString()));
    if (!request.success) {
      this.#refuse("MESSAGE_MALFORMED");
      return;
    }
    this.#pending += 1;
    void this.#answer(request.data).finally(() => {
      this.#pending -= 1;
    });
  }

  /** Never rejects: whatever happens becomes a code. */
  async #answer(request: CheckRequest): Promise<void> {
    const { id } = request;
    try {
      const data = await this.#handle(request);
      this.#send({ type: "response", id, ok: true, data });
    } catch (error) {
      const code = error instanceof AppError ? error.code : "INTERNAL";
      this.#send({ type: "response", id, ok: false, error: code });
      if (this.#room === undefined) this.#refuse(code);
      else this.#options.onRefused(code);
    }
  }

  async #handle({ method, data }: CheckRequest): Promise<CheckOutput<CheckMethod>> {
    if (method === "begin") return await this.#begin(parse(checkMethods.begin.input, data));
    const room = this.#room;
    if (room === undefined) throw new AppError("UNAUTHENTICATED");
    switch (method) {
      case "openPath":
        parse(checkMethods.openPath.input, data);
        return await room.openPath();
      case "connectTransport":
        await room.connectTransport(parse(checkMethods.connectTransport.input, data));
        return {};
      case "produceData":
        return await room.produceData(parse(checkMethods.produceData.input, data));
      case "consumeData":
        return await room.consumeData(parse(checkMethods.consumeData.input, data));
      case "download":
        await room.download(parse(checkMethods.download.input, data));
        return {};
      case "received":
        parse(checkMethods.received.input, data);
        return { bytes: room.receivedBytes };
      default:
        return assertUnreachable(method);
    }
  }

  async #begin({ protocolVersion, token }: { protocolVersion: number; token: string }) {
    if (this.#hasBegun) throw new AppError("BAD_REQUEST");
    this.#hasBegun = true;
    if (protocolVersion !== CHECK_PROTOCOL_VERSION) throw new AppError("PROTOCOL_VERSION");
    await this.#options.verify(token);
    const room = await this.#options.openRoom({
      onExhausted: () => this.#refuse("TOO_LARGE"),
      onWorkerDied: () => this.interrupt(),
    });
    if (this.#closed) {
      room.close();
      throw new AppError("UNAVAILABLE");
    }
    this.#room = room;
    clearTimeout(this.#timer);
    const over = setTimeout(() => this.#close(1000, "over"), CHECK_LIFETIME_MS);
    this.#options.webSocket.once("close", () => clearTimeout(over));
    return { routerRtpCapabilities: { codecs: [], ...room.rtpCapabilities } };
  }

  #send(message: object): void {
    const { webSocket } = this.#options;
    if (webSocket.readyState === webSocket.OPEN) webSocket.send(JSON.stringify(message));
  }

  #refuse(code: ErrorCode): void {
    if (this.#closed) return;
    this.#options.onRefused(code);
    this.#close(closeCodes.refused, code);
  }

  #close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#letGo();
    const { webSocket } = this.#options;
    webSocket.close(code, reason);
    const timer = setTimeout(() => webSocket.terminate(), CLOSE_TIMEOUT_MS);
    webSocket.once("close", () => clearTimeout(timer));
  }

  #letGo(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#room?.close();
    this.#room = undefined;
  }
}

function parse<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new AppError("MESSAGE_MALFORMED");
  return parsed.data;
}
