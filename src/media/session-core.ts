import { parseJson } from "@/lib/parse-json";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import type { JoinRole } from "@/protocol/roles";
import { type SendingReport, sendingReportSchema } from "@/protocol/sending-report";
import { BulkError } from "./bulk/bulk-error";
import { Chat } from "./chat";
import type { FileWay } from "./files/file-road";
import { FileTransfers } from "./files/file-transfers";
import { BrowserReceipts } from "./files/kept-receipts";
import { QUALITY_INTERVAL_MS, QualityMeter, sendingReportOf } from "./quality";
import { historyAfter, type QualityPoint } from "./quality-history";
import { judgeQuality } from "./quality-verdict";
import type { RelayConnection } from "./relay-connection";
import type { RelayConnectionHandlers } from "./relay-handlers";
import { type JoinCall, SessionConnection } from "./session-connection";
import type { ChatEntry, ConnectionState, Quality, SessionSnapshot } from "./session-state";

/** What a session is told by its page. */
export interface SessionOptions {
  /** Asks the management server for a relay and a fresh token; its refusal ends the trying. */
  join: JoinCall;
  /** The conversation so far, after a reload. */
  chat?: readonly ChatEntry[];
}

interface SessionCoreOptions extends SessionOptions {
  role: JoinRole;
  /** Puts what is new into the side's own snapshot. */
  update: (patch: Partial<SessionSnapshot>) => void;
  /** What the side does about what the relay says; the chat is seen to here. */
  handlers: Omit<RelayConnectionHandlers, "onEnded" | "onLost" | "onLink">;
  onJoined: (relay: RelayConnection) => Promise<void>;
  /** The channels that this side sends on are open. */
  onOpen?: () => void;
  onState: (state: ConnectionState) => void;
}

/** What the customer's side says of its connection counts for this long: three of its looks. */
const SENDING_REPORT_COUNTS_MS = 3 * QUALITY_INTERVAL_MS;

/** How a session looks before anything has come over the connection. */
export function freshSnapshot(chat: readonly ChatEntry[] = []): SessionSnapshot {
  return {
    connection: { phase: "connecting" },
    otherPresent: false,
    otherEndsAt: null,
    observers: [],
    toolPresent: false,
    permissions: CONSENTED_PERMISSIONS,
    picture: null,
    unshowable: null,
    strokes: [],
    chat,
    quality: null,
    qualityHistory: [],
  };
}

/** Whether this page will not be in the session again by itself. */
export function isOver({ phase }: ConnectionState): boolean {
  return phase === "ended" || phase === "failed" || phase === "replaced";
}

/** What the sessions of both sides and of observers are made of: a connection that comes back by itself, a conversation, and a look at the quality. */
export class SessionCore {
  readonly #options: SessionCoreOptions;
  readonly #connection: SessionConnection;
  readonly #chat: Chat;
  /** Files both ways. Observers have no part in it. */
  readonly files = new FileTransfers({
    openLink: async () => {
      if (!this.relay) throw new BulkError("lost");
      return await this.relay.openBulk();
    },
    receipts: new BrowserReceipts(),
  });
  #fileWay: FileWay = { isLive: false, isOtherPresent: false, isPermitted: false };
  readonly #meter = new QualityMeter();
  #history: readonly QualityPoint[] = [];
  #sending: { report: SendingReport; heardAtMs: number } | null = null;
  #state: ConnectionState = { phase: "connecting" };
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: SessionCoreOptions) {
    this.#options = options;
    const { handlers, update } = options;
    this.#chat = new Chat({
      entries: options.chat,
      send: (message) => this.relay?.send("chat", message) ?? false,
      onChange: (chat) => update({ chat }),
    });
    this.#connection = new SessionConnection({
      join: options.join,
      isSide: options.role !== "observer",
      handlers: {
        ...handlers,
        ...(options.role !== "observer" && {
          onBulkStream: (stream, link) => this.files.receive(stream, link),
        }),
        onOther: (other) => {
          handlers.onOther(other);
          this.#changeFileWay({ isOtherPresent: other.otherPresent });
        },
        onPermissions: (permissions, isDeclined) => {
          handlers.onPermissions(permissions, isDeclined);
          this.#changeFileWay({ isPermitted: permissions.file && options.role !== "observer" });
        },
        onMessage: (label, message) => {
          if (label === "chat") this.#chat.receive(message);
          else if (label !== "picture" || !this.#hearSending(message)) handlers.onMessage(label, message);
        },
        onChannel: (label) => {
          if (label === "chat") this.#chat.sendUndelivered();
          handlers.onChannel(label);
        },
      },
      onJoined: async (relay) => {
        await options.onJoined(relay);
        await relay.openChannels();
        this.#chat.sendUndelivered();
        options.onOpen?.();
      },
      onState: (state) => {
        this.#state = state;
        update({ connection: state, ...(state.phase !== "live" && { quality: null }) });
        if (isOver(state)) clearInterval(this.#timer);
        this.#changeFileWay({ isLive: state.phase === "live" });
        if (isOver(state)) this.files.end();
        options.onState(state);
      },
    });
  }

  /** The relay while the connection lives. */
  get relay(): RelayConnection | null {
    return this.#connection.relay;
  }

  get connection(): SessionConnection {
    return this.#connection;
  }

  /** @returns false when the text is empty or too long; otherwise it is in the conversation and will be delivered */
  say(text: string): boolean {
    return this.#chat.say(text);
  }

  /** Joins, and stays joined until the session ends. Further calls change nothing. */
  start(): void {
    this.#connection.start();
    this.#timer ??= setInterval(() => void this.#look(), QUALITY_INTERVAL_MS);
  }

  /** Leaves without ending the session. */
  close(): void {
    clearInterval(this.#timer);
    this.files.close();
    this.#connection.close();
  }

  #changeFileWay(part: Partial<FileWay>): void {
    this.#fileWay = { ...this.#fileWay, ...part };
    this.files.setWay(this.#fileWay);
  }

  async #look(): Promise<void> {
    const { relay } = this;
    const { role, update } = this.#options;
    if (!relay || this.#state.phase !== "live") {
      if (this.#history.length > 0) update({ qualityHistory: this.#remember(null) });
      return;
    }
    this.#chat.sendUndelivered();
    const measured = this.#meter.measure(await relay.statistics(role), role);
    if (this.relay !== relay) return;
    const { rttMs, lossRatio, framesPerSecond, bitrateBps } = measured;
    const report = role === "customer" ? sendingReportOf(measured) : this.#recentSending();
    if (role === "customer" && report) relay.send("picture", report);
    const quality: Quality = {
      rttMs,
      lossRatio,
      framesPerSecond,
      bitrateBps,
      ...judgeQuality(measured, report),
    };
    update({ quality, qualityHistory: this.#remember(quality) });
  }

  #remember(quality: Quality | null): readonly QualityPoint[] {
    this.#history = historyAfter(this.#history, quality, Date.now());
    return this.#history;
  }

  /** @returns whether that is what the message was about */
  #hearSending(message: string): boolean {
    const report = sendingReportSchema.safeParse(parseJson(message));
    if (report.success) this.#sending = { report: report.data, heardAtMs: performance.now() };
    return report.success;
  }

  #recentSending(): SendingReport | null {
    const { report, heardAtMs } = this.#sending ?? {};
    if (report === undefined || heardAtMs === undefined) return null;
    return performance.now() - heardAtMs <= SENDING_REPORT_COUNTS_MS ? report : null;
  }
}
