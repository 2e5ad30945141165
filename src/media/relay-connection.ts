import { Device } from "mediasoup-client";
import type { Transport } from "mediasoup-client/types";
import { assertUnreachable } from "@/lib/assert-unreachable";
import type { ChannelLabel } from "@/protocol/data-channels";
import type { IceServer } from "@/protocol/join-token";
import { rtpCapabilitiesSchema } from "@/protocol/media-parameters";
import type { Permissions } from "@/protocol/permissions";
import type { PictureMode } from "@/protocol/picture-mode";
import type { JoinRole } from "@/protocol/roles";
import {
  SIGNALLING_PROTOCOL_VERSION,
  type SignallingNotification,
  type SignallingOutput,
  type VideoSource,
} from "@/protocol/signalling";
import { BulkConnection } from "./bulk/bulk-connection";
import { BulkError } from "./bulk/bulk-error";
import type { BulkLink } from "./bulk/bulk-link";
import { PictureReceiver } from "./picture-receiver";
import { PictureSender } from "./picture-sender";
import { RelayChannels } from "./relay-channels";
import type { JoinTerms, RelayConnectionHandlers, RelayEntry } from "./relay-handlers";
import { RelayLink } from "./relay-link";
import { SignallingClient } from "./signalling-client";
import { wireTransport } from "./wire-transport";

/**
 * One joining of one relay: the signalling socket, the transports and all that flows over them. It does not come back by
 * itself: after a loss its owner makes a new one.
 */
export class RelayConnection {
  readonly #signalling: SignallingClient;
  readonly #openBulkConnection: () => BulkConnection;
  /** Null for an observer, who sends nothing. */
  readonly #sendTransport: Transport | null;
  readonly #recvTransport: Transport;
  readonly #handlers: RelayConnectionHandlers;
  readonly #channels: RelayChannels;
  /** Null for an observer too. */
  readonly #pictureSender: PictureSender | null;
  readonly #pictureReceiver: PictureReceiver;
  readonly #role: JoinRole;
  /** The relay's answer to what this browser can receive. */
  #receiving: Promise<unknown> = Promise.resolve();
  #bulk: BulkConnection | null = null;
  readonly #link: RelayLink;
  /** How long a side may be away, as this relay has it. */
  readonly reconnectWindowMs: number;
  /** Brings this side back to this relay, once, without the management server. */
  readonly ticket: string | null;
  #retired = false;
  #closed = false;

  /**
   * Joins. The channels that this side may send on are opened by {@link openChannels}, so that a picture can go before them.
   *
   * @throws AppError with the relay's refusal, or UNAVAILABLE when it cannot be reached
   */
  static async join(
    entry: RelayEntry,
    handlers: RelayConnectionHandlers,
    { openTimeoutMs, answerTimeoutMs, signal, onCommitted }: JoinTerms,
  ): Promise<RelayConnection> {
    // Notifications can overtake the rest of the set-up; they wait here until somebody can act on them.
    let connection: RelayConnection | null = null;
    const early: SignallingNotification[] = [];
    let closedEarly: { code: number; reason: string } | null = null;
    const socketHandlers = {
      onNotification: (notification: SignallingNotification) => {
        if (connection) connection.#hear(notification);
        else early.push(notification);
      },
      onHeard: () => {
        if (connection) connection.#link.heard();
      },
      onClose: (close: { code: number; reason: string }) => {
        if (connection) connection.#lose(close);
        else closedEarly = close;
      },
    };
    const { signallingUrl } = entry;
    const signalling = await SignallingClient.open(signallingUrl, socketHandlers, {
      timeoutMs: openTimeoutMs,
      signal,
    });
    try {
      signal.throwIfAborted();
      onCommitted();
      const joined = await signalling.request(
        "join",
        {
          protocolVersion: SIGNALLING_PROTOCOL_VERSION,
          ...("ticket" in entry ? { ticket: entry.ticket } : { token: entry.token }),
        },
        { timeoutMs: answerTimeoutMs },
      );
      const device = await Device.factory();
      await device.load({ routerRtpCapabilities: joined.routerRtpCapabilities });
      connection = new RelayConnection(signalling, device, joined, entry.iceServers, handlers);
      handlers.onPermissions(joined.permissions, false);
      handlers.onOther(otherState(joined.otherPresent ? null : (joined.otherEndsInMs ?? 0)));
      handlers.onObservers(joined.observers);
      handlers.onTool(joined.toolPresent);
      handlers.onUnshowable(null);
      for (const notification of early) connection.#hear(notification);
      connection.#receiving = signalling.request("receive", {
        rtpCapabilities: rtpCapabilitiesSchema.parse(device.rtpCapabilities),
      });
      // A connection that ends before its channels are opened has no use for the answer.
      connection.#receiving.catch(() => undefined);
      if (closedEarly) connection.#lose(closedEarly);
      return connection;
    } catch (error) {
      if (connection) connection.close();
      else signalling.close();
      throw error;
    }
  }

  private constructor(
    signalling: SignallingClient,
    device: Device,
    joined: SignallingOutput<"join">,
    iceServers: readonly IceServer[],
    handlers: RelayConnectionHandlers,
  ) {
    this.#signalling = signalling;
    this.#handlers = handlers;
    const withTurn = { iceServers: [...iceServers] };
    this.#sendTransport =
      joined.sendTransport && device.createSendTransport({ ...joined.sendTransport, ...withTurn });
    this.#recvTransport = device.createRecvTransport({ ...joined.recvTransport, ...withTurn });
    this.#openBulkConnection = () => {
      const bulk: BulkConnection = new BulkConnection({
        createSendTransport: (options) =>
          this.#link.alsoRestart(device.createSendTransport({ ...options, ...withTurn })),
        createRecvTransport: (options) =>
          this.#link.alsoRestart(device.createRecvTransport({ ...options, ...withTurn })),
        request: (method, data) => signalling.request(method, data),
        onStream: handlers.onBulkStream ?? ((stream) => stream.stop()),
        onClosed: () => {
          if (this.#bulk === bulk) this.#bulk = null;
        },
      });
      return bulk;
    };
    const transports = this.#sendTransport
      ? [this.#sendTransport, this.#recvTransport]
      : [this.#recvTransport];
    for (const transport of transports) wireTransport(transport, signalling);
    this.#channels = new RelayChannels({
      sendTransport: this.#sendTransport,
      recvTransport: this.#recvTransport,
      onMessage: handlers.onMessage,
      onChannel: handlers.onChannel,
    });
    this.#pictureSender =
      this.#sendTransport &&
      new PictureSender({
        signalling,
        transport: this.#sendTransport,
        codecs: device.sendRtpCapabilities.codecs ?? [],
      });
    this.#pictureReceiver = new PictureReceiver({
      signalling,
      transport: this.#recvTransport,
      onPicture: handlers.onPicture,
      onUnshowable: handlers.onUnshowable,
    });
    this.#role = joined.role;
    this.reconnectWindowMs = joined.reconnectWindowMs;
    this.ticket = joined.ticket;
    this.#link = new RelayLink({
      signalling,
      transports,
      onChange: (state) => {
        if (!this.#retired) handlers.onLink(state);
      },
    });
  }

  /**
   * Opens the channels that this side may send on.
   *
   * @throws AppError with the relay's refusal of what this browser receives, or of a channel
   */
  async openChannels(): Promise<void> {
    await this.#receiving;
    await this.#channels.open(this.#role);
  }

  /** Customer: shows this track. One that was shown before is replaced, at the operator too. */
  async showVideo(track: MediaStreamTrack, source: VideoSource, mode: PictureMode): Promise<void> {
    if (!this.#pictureSender) throw new TypeError("An observer has nothing to show.");
    await this.#pictureSender.show(track, source, mode);
  }

  /** Customer: encodes what is shown for another purpose, without a break. */
  async setPictureMode(mode: PictureMode): Promise<void> {
    await this.#pictureSender?.setMode(mode);
  }

  /** Customer: sends no picture until {@link resumeVideo}. */
  async pauseVideo(): Promise<void> {
    await this.#pictureSender?.pause();
  }

  async resumeVideo(): Promise<void> {
    await this.#pictureSender?.resume();
  }

  async setPermissions(permissions: Permissions): Promise<void> {
    await this.#signalling.request("setPermissions", { permissions });
  }

  async endSession(): Promise<void> {
    await this.#signalling.request("endSession", {});
  }

  /** @returns false when the channel is not open: nothing was sent */
  send(label: ChannelLabel, message: object): boolean {
    return this.#channels.send(label, message);
  }

  /** Bytes of a channel that this browser has taken and not sent yet. */
  waitingBytes(label: ChannelLabel): number {
    return this.#channels.waitingBytes(label);
  }

  /**
   * The link for bulk data, made on demand: both sides share it, whichever asked first. It ends with this connection, with the
   * permission `file`, or when the other side leaves; then the next call makes another.
   *
   * @throws AppError PERMISSION_DENIED while the customer has not granted `file`; BulkError when the other side does not come
   */
  openBulk(): Promise<BulkLink> {
    this.#bulk ??= this.#openBulkConnection();
    return this.#bulk.opened();
  }

  /** Statistics of the direction in which the picture flows. */
  async statistics(role: JoinRole): Promise<RTCStatsReport> {
    const sending = role === "customer" ? this.#sendTransport : null;
    return await (sending ?? this.#recvTransport).getStats();
  }

  /** The network of this browser may be another one from here on. */
  networkChanged(): void {
    this.#link.networkChanged();
  }

  /**
   * Shows, hears and says nothing any more, and still holds its transports until {@link close}: a hidden page that has peer
   * connections keeps its timers, and with them its way back.
   */
  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#link.close();
    this.#channels.retire();
    this.#pictureReceiver.retire();
    // What the customer decides from here on is heard by the next connection alone.
    this.#pictureSender?.retire();
  }

  /** Leaves the relay; the session goes on without this side. Tracks are left alone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.retire();
    this.#bulk?.close(new BulkError("lost"));
    this.#sendTransport?.close();
    this.#recvTransport.close();
    this.#signalling.close();
  }

  #lose(close: { code: number; reason: string } | null): void {
    if (this.#retired) return;
    this.retire();
    this.#handlers.onLost(close);
  }

  #hear(notification: SignallingNotification): void {
    if (this.#retired) return;
    switch (notification.event) {
      case "otherJoined":
        this.#handlers.onOther(otherState(null));
        return;
      case "otherLeft":
        this.#handlers.onOther(otherState(notification.endsInMs));
        // What waits for the other side's end would wait in vain: its next page knows nothing of it.
        this.#bulk?.close(new BulkError("lost"));
        return;
      case "channelHeard":
      case "customerPresence":
        // For Client Tools.
        return;
      case "observersChanged":
        this.#handlers.onObservers(notification.observers);
        return;
      case "toolPresence":
        this.#handlers.onTool(notification.isPresent);
        return;
      case "permissionsChanged":
        if (!notification.permissions.file) this.#bulk?.close(new BulkError("revoked"));
        this.#handlers.onPermissions(notification.permissions, notification.isDeclined);
        return;
      case "sessionEnded":
        this.#handlers.onEnded(notification.reason);
        return;
      case "newConsumer":
        this.#pictureReceiver.take(notification).catch((error: unknown) => this.#fail(error));
        return;
      case "pictureUnshowable":
        this.#pictureReceiver.refuse(notification.codec);
        return;
      case "pictureCodecs":
        this.#pictureSender?.setCodecs(notification.codecs).catch((error: unknown) => this.#fail(error));
        return;
      case "consumerClosed":
        this.#pictureReceiver.drop(notification.consumerId);
        return;
      case "producerPaused":
        this.#pictureReceiver.setPaused(notification.consumerId, true);
        return;
      case "producerResumed":
        this.#pictureReceiver.setPaused(notification.consumerId, false);
        return;
      case "otherOpenedBulk":
        this.openBulk().catch((error: unknown) => {
          console.warn("The way for bulk data could not be opened.", error);
        });
        return;
      case "newDataConsumer":
        if (notification.label === "file") {
          this.#bulk?.offer(notification);
          return;
        }
        this.#channels.listen(notification).catch((error: unknown) => this.#fail(error));
        return;
      case "dataConsumerClosed":
        this.#bulk?.channelClosed(notification.dataConsumerId);
        this.#channels.drop(notification.dataConsumerId);
        return;
      default:
        assertUnreachable(notification);
    }
  }

  /** What cannot be set up on a connection that lives is a broken connection. */
  #fail(error: unknown): void {
    if (this.#retired) return;
    console.warn("The connection to the relay could not be set up whole; it is made anew.", error);
    this.#lose(null);
  }
}

/** @param endsInMs null: the other side is there */
function otherState(endsInMs: number | null): { otherPresent: boolean; otherEndsAt: Date | null } {
  if (endsInMs === null) return { otherPresent: true, otherEndsAt: null };
  return { otherPresent: false, otherEndsAt: new Date(Date.now() + endsInMs) };
}
