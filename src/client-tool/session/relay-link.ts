import type { DataChannel } from "node-datachannel";
import { AppError } from "@/lib/app-error";
import { type ChannelLabel, channelLabels, channelRule } from "@/protocol/data-channels";
import { type EndReason, endReasonSchema } from "@/protocol/end-reason";
import type { RelayAssignment } from "@/protocol/join-token";
import type { Permissions } from "@/protocol/permissions";
import {
  closeCodes,
  RECONNECT_WINDOW_MS,
  SIGNALLING_PROTOCOL_VERSION,
  type SignallingNotification,
  type SignallingOutput,
} from "@/protocol/signalling";
import type { Network } from "../network/network";
import type { DataTransport } from "./data-transport";
import { type ChannelWay, connectTransports, type LinkTransports, wayOf } from "./link-transports";
import { LinkWatch } from "./link-watch";
import { type SocketClosure, ToolSignalling } from "./tool-signalling";

export type { ChannelWay } from "./link-transports";

/** How long a link waits for what. */
export interface LinkTiming {
  /** Transports that have not come up by then will hardly do so: the socket, which is there, carries the channels. */
  readonly transportsTimeoutMs: number;
  /** So long UDP is tried without TCP beside it: it takes one round trip, and one more for a packet that is lost. */
  readonly udpAloneMs: number;
  /** How often is looked whether the link still carries anything. */
  readonly lookEveryMs: number;
}

export const usualTiming: LinkTiming = { transportsTimeoutMs: 5_000, udpAloneMs: 1_200, lookEveryMs: 3_000 };

/** Transports that break are given so long to be explained over the socket. */
const LAST_WORDS_MS = 500;
/** This side's channels count from here, far from those that the relay numbers (from 0). */
const FIRST_OWN_STREAM_ID = 64;

/** Where to join, and with what: the ticket of the joining before, or the token of the management server. */
export type RelayEntry = Pick<RelayAssignment, "signallingUrl"> & ({ token: string } | { ticket: string });

/** Why a link is no more. */
export type LinkLoss =
  | { readonly why: "ended"; readonly reason: EndReason }
  | { readonly why: "closed"; readonly closure: SocketClosure }
  /** The network, or the transports, without a word of the relay. */
  | { readonly why: "broken" };

export interface RelayLinkHandlers {
  onMessage: (label: ChannelLabel, message: string) => void;
  /** At first and at every change. */
  onPermissions: (permissions: Permissions) => void;
  /** Whether the operator is there: at first, at every change, and when a console is there anew. */
  onOperator: (isPresent: boolean) => void;
  onCustomer: (isPresent: boolean) => void;
  /** Somebody listens who has not heard how the tool is. */
  onListener: () => void;
}

interface RelayLinkOptions {
  network: Network;
  origin: string;
  /** What has got through on this network before: nothing better is waited for. */
  way: ChannelWay;
  timing: LinkTiming;
  print: (line: string) => void;
  signal: AbortSignal;
}

type Joined = SignallingOutput<"join">;
type ChannelOffer = Extract<SignallingNotification, { event: "newDataConsumer" }>;

/** One joining of the tool: the socket, and the data channels over transports of their own or over the socket. */
export class RelayLink {
  /** Resolves once, when the link is of no use any more; nothing is told after that. */
  readonly lost: Promise<LinkLoss>;
  readonly #handlers: RelayLinkHandlers;
  #lose: (loss: LinkLoss) => void = () => {};
  #signalling: ToolSignalling | null = null;
  #joined: Joined | null = null;
  #transports: LinkTransports | null = null;
  #watch: LinkWatch | null = null;
  readonly #mine = new Map<ChannelLabel, DataChannel>();
  /** Stream ids by the relay's id of the channel. */
  readonly #theirs = new Map<string, number>();
  /** What comes in one piece with the answer to the joining, and counts after it: the answer's word would be the older one. */
  #early: SignallingNotification[] = [];
  /** Offers that come before the receiving transport stands. */
  #offers: ChannelOffer[] = [];
  #lastWords: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * Joins, and resolves when the channels carry messages. Permissions and the operator's presence are told before that.
   *
   * @throws AppError with the relay's code, or the system's error when the relay cannot be reached
   */
  static async join(
    entry: RelayEntry,
    handlers: RelayLinkHandlers,
    options: RelayLinkOptions,
  ): Promise<RelayLink> {
    const link = new RelayLink(handlers);
    try {
      await link.#join(entry, options);
      return link;
    } catch (error) {
      link.#dispose();
      throw error;
    }
  }

  private constructor(handlers: RelayLinkHandlers) {
    this.#handlers = handlers;
    this.lost = new Promise((resolve) => {
      this.#lose = (loss) => {
        this.close();
        resolve(loss);
      };
    });
  }

  /** Brings this side back without the management server; works once. */
  get ticket(): string | null {
    return this.#joined?.ticket ?? null;
  }

  /** How long a side may be away before the session ends. */
  get reconnectWindowMs(): number {
    return this.#joined?.reconnectWindowMs ?? RECONNECT_WINDOW_MS;
  }

  /** What carries the channels. */
  get way(): ChannelWay {
    return wayOf(this.#transports);
  }

  /** @returns false when there was no way to send it */
  send(label: ChannelLabel, message: object): boolean {
    if (this.#closed) return false;
    const text = JSON.stringify(message);
    if (this.#transports === null) {
      this.#signalling?.carry(label, text);
      return true;
    }
    const channel = this.#mine.get(label);
    if (!channel?.isOpen()) return false;
    return channel.sendMessage(text);
  }

  /** @throws AppError */
  async revokeControl(): Promise<void> {
    if (this.#signalling === null) throw new AppError("UNAVAILABLE");
    await this.#signalling.request("revokeControl", {});
  }

  /** Does not work as it should: {@link lost} tells so. */
  abandon(): void {
    this.#lose({ why: "broken" });
  }

  /** Leaves the relay. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dispose();
  }

  #dispose(): void {
    this.#closed = true;
    this.#watch?.close();
    clearTimeout(this.#lastWords);
    this.#transports?.send.close();
    this.#transports?.recv.close();
    this.#signalling?.close();
  }

  async #join(entry: RelayEntry, options: RelayLinkOptions): Promise<void> {
    const { network, origin, way, timing, print, signal } = options;
    const signalling = await ToolSignalling.open(
      entry.signallingUrl,
      {
        onNotification: (notification) => this.#hear(notification),
        onCarried: ({ label, data }) => this.#receive(label, data),
        onClose: (closure) => this.#socketClosed(closure),
      },
      { network, origin, signal },
    );
    this.#signalling = signalling;
    const leave = () => signalling.close();
    signal.addEventListener("abort", leave);
    try {
      signal.throwIfAborted();
      const joined = await signalling.request("join", {
        protocolVersion: SIGNALLING_PROTOCOL_VERSION,
        ...("ticket" in entry ? { ticket: entry.ticket } : { token: entry.token }),
      });
      this.#joined = joined;
      this.#handlers.onPermissions(joined.permissions);
      this.#handlers.onOperator(joined.otherPresent);
      this.#handlers.onCustomer(true);
      for (const notification of this.#early.splice(0)) this.#hear(notification);
      if (way !== "socket") {
        this.#transports = await connectTransports({
          offered: joined,
          signalling,
          timeoutMs: timing.transportsTimeoutMs,
          tcpAfterMs: way === "tcp" ? 0 : timing.udpAloneMs,
          onLost: () => this.#transportLost(),
          print,
          signal,
        });
      }
      signal.throwIfAborted();
      if (this.#transports === null) await signalling.request("carryChannels", {});
      else await this.#openChannels(signalling, this.#transports);
    } finally {
      signal.removeEventListener("abort", leave);
    }
    if (this.#closed) throw new AppError("UNAVAILABLE");
    this.#watch = new LinkWatch({
      signalling,
      transports: this.#transports,
      lookEveryMs: timing.lookEveryMs,
      onBroken: () => this.#lose({ why: "broken" }),
    });
  }

  async #openChannels(signalling: ToolSignalling, { send, recv }: LinkTransports): Promise<void> {
    for (const offer of this.#offers.splice(0)) this.#listen(recv, offer);
    const mine = channelLabels.filter((label) => {
      const { senders, transports } = channelRule(label);
      return transports === "session" && senders.includes("tool");
    });
    await Promise.all([
      // There is no picture for the tool.
      signalling.request("receive", { rtpCapabilities: { codecs: [] } }),
      ...mine.map(async (label, index) => {
        const { ordered, maxRetransmits } = channelRule(label);
        const streamId = FIRST_OWN_STREAM_ID + index;
        this.#mine.set(label, send.openChannel(label, streamId, { ordered, maxRetransmits }));
        await signalling.request("produceData", {
          label,
          sctpStreamParameters: {
            streamId,
            ordered,
            ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
          },
        });
      }),
    ]);
  }

  #hear(notification: SignallingNotification): void {
    if (this.#closed) return;
    if (this.#joined === null) {
      this.#early.push(notification);
      return;
    }
    switch (notification.event) {
      case "permissionsChanged":
        this.#handlers.onPermissions(notification.permissions);
        return;
      case "otherJoined":
        this.#handlers.onOperator(true);
        return;
      case "otherLeft":
        this.#handlers.onOperator(false);
        return;
      case "customerPresence":
        this.#handlers.onCustomer(notification.isPresent);
        return;
      case "sessionEnded":
        this.#lose({ why: "ended", reason: notification.reason });
        return;
      case "newDataConsumer":
        if (this.#transports) this.#listen(this.#transports.recv, notification);
        else this.#offers.push(notification);
        return;
      case "channelHeard":
        if (notification.label === "tool") this.#handlers.onListener();
        return;
      case "dataConsumerClosed": {
        const streamId = this.#theirs.get(notification.dataConsumerId);
        this.#theirs.delete(notification.dataConsumerId);
        this.#offers = this.#offers.filter((one) => one.dataConsumerId !== notification.dataConsumerId);
        if (streamId !== undefined) this.#transports?.recv.closeChannel(streamId);
        return;
      }
      default:
        // Pictures, observers and bulk data are nothing to the tool.
        return;
    }
  }

  #listen(recv: DataTransport, { dataConsumerId, label, sctpStreamParameters }: ChannelOffer): void {
    const { streamId, ordered = true } = sctpStreamParameters;
    this.#theirs.set(dataConsumerId, streamId);
    recv.openChannel(label, streamId, { ordered }).onMessage((message) => {
      this.#watch?.heard();
      if (typeof message === "string") this.#receive(label, message);
    });
  }

  #receive(label: ChannelLabel, message: string): void {
    if (!this.#closed && channelRule(label).receivers.includes("tool"))
      this.#handlers.onMessage(label, message);
  }

  /** A relay that ends something closes the transports too, and the word why may be on its way. */
  #transportLost(): void {
    this.#lastWords ??= setTimeout(() => this.#lose({ why: "broken" }), LAST_WORDS_MS);
  }

  #socketClosed(closure: SocketClosure): void {
    const reason = endReasonSchema.safeParse(closure.reason);
    if (closure.code === closeCodes.sessionEnded && reason.success) {
      this.#lose({ why: "ended", reason: reason.data });
    } else {
      this.#lose({ why: "closed", closure });
    }
  }
}
