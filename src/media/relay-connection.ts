import { Device } from "mediasoup-client";
import type {
  Consumer,
  DataConsumer,
  DataProducer,
  Producer,
  RtpCodecCapability,
  Transport,
} from "mediasoup-client/types";
import { assertUnreachable } from "@/lib/assert-unreachable";
import { type ChannelLabel, channelLabels, channelRule } from "@/protocol/data-channels";
import type { EndReason } from "@/protocol/end-reason";
import type { IceServer, RelayAssignment } from "@/protocol/join-token";
import { rtpCapabilitiesSchema, rtpParametersSchema } from "@/protocol/media-parameters";
import type { Permissions } from "@/protocol/permissions";
import type { PictureCodec, PictureMode } from "@/protocol/picture-mode";
import type { JoinRole, Observer } from "@/protocol/roles";
import {
  SIGNALLING_PROTOCOL_VERSION,
  type SignallingNotification,
  type SignallingOutput,
  type VideoSource,
} from "@/protocol/signalling";
import { BulkConnection } from "./bulk/bulk-connection";
import { BulkError } from "./bulk/bulk-error";
import type { BulkLink } from "./bulk/bulk-link";
import type { BulkReceiver } from "./bulk/bulk-receiver";
import { chooseCodec, pictureCodecOf } from "./picture-codec";
import {
  applyPicture,
  encodingOf,
  type PictureParameters,
  pictureParameters,
  START_BITRATE_KBPS,
} from "./picture-quality";
import { PictureRefresher } from "./picture-refresher";
import { type LinkState, RelayLink } from "./relay-link";
import { SignallingClient } from "./signalling-client";

/** Until the first picture is there, the sender is asked for a key frame again this often. */
const KEY_FRAME_RETRY_MS = 500;

export interface RelayConnectionHandlers {
  /** Whether the other side is there, and if not, when the session ends unless it comes. */
  onOther: (other: { otherPresent: boolean; otherEndsAt: Date | null }) => void;
  onPermissions: (permissions: Permissions) => void;
  /** Which supervisors watch now, at first and after every change. */
  onObservers: (observers: readonly Observer[]) => void;
  /** Operator and observer: the shared picture; null when there is none (any more). */
  onPicture: (picture: { stream: MediaStream; source: VideoSource; paused: boolean } | null) => void;
  onMessage: (label: ChannelLabel, message: string) => void;
  /** The other side's sending end of a channel is there anew: it has just joined. */
  onChannel: (label: ChannelLabel) => void;
  /** The other side sends bulk data. Without this it is told that nobody wants it. */
  onBulkStream?: (stream: BulkReceiver) => void;
  onEnded: (reason: EndReason) => void;
  /** The connection is disturbed or hopeless, or is so no more. */
  onLink: (state: LinkState) => void;
  /** The connection is no more; whoever owns it may make another. */
  onLost: (close: { code: number; reason: string } | null) => void;
}

/** Where and with what to join: a token of the management server, or a ticket of the relay that this side was joined to. */
export type RelayEntry = Pick<RelayAssignment, "signallingUrl" | "iceServers"> &
  ({ readonly token: string } | { readonly ticket: string });

/** How the customer's picture is to be encoded. */
export interface PictureTerms {
  readonly mode: PictureMode;
  /** What the receiving side can show; null: not known yet. */
  readonly decodes: readonly PictureCodec[] | null;
}

/** How a joining may go on. */
export interface JoinTerms {
  /** How long the socket may take to open. */
  readonly openTimeoutMs: number;
  /** Gives up, as long as the relay has not been asked to let this side in. */
  readonly signal: AbortSignal;
  /** From here on the relay lets this side in, and closes the connection that it had before. */
  readonly onCommitted: () => void;
}

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
  readonly #sendableCodecs: readonly RtpCodecCapability[];
  readonly #channels = new Map<ChannelLabel, DataProducer>();
  readonly #dataConsumers = new Map<string, DataConsumer>();
  #bulk: BulkConnection | null = null;
  #video: Producer | null = null;
  #refresher: PictureRefresher | null = null;
  #picture: { consumer: Consumer; stream: MediaStream; source: VideoSource; paused: boolean } | null = null;
  #keyFrameTimer: ReturnType<typeof setInterval> | undefined;
  readonly #link: RelayLink;
  /** How long a side may be away, as this relay has it. */
  readonly reconnectWindowMs: number;
  /** Brings this side back to this relay, once, without the management server. */
  readonly ticket: string | null;
  #retired = false;
  #closed = false;

  /**
   * Joins, and opens the channels that this side may send on.
   *
   * @throws AppError with the relay's refusal, or UNAVAILABLE when it cannot be reached
   */
  static async join(
    entry: RelayEntry,
    handlers: RelayConnectionHandlers,
    { openTimeoutMs, signal, onCommitted }: JoinTerms,
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
      const joined = await signalling.request("join", {
        protocolVersion: SIGNALLING_PROTOCOL_VERSION,
        ...("ticket" in entry ? { ticket: entry.ticket } : { token: entry.token }),
      });
      const device = await Device.factory();
      await device.load({ routerRtpCapabilities: joined.routerRtpCapabilities });
      connection = new RelayConnection(signalling, device, joined, entry.iceServers, handlers);
      handlers.onPermissions(joined.permissions);
      handlers.onOther(otherState(joined.otherPresent ? null : (joined.otherEndsInMs ?? 0)));
      handlers.onObservers(joined.observers);
      for (const notification of early) connection.#hear(notification);
      await signalling.request("receive", {
        rtpCapabilities: rtpCapabilitiesSchema.parse(device.rtpCapabilities),
      });
      await connection.#openChannels(joined.role);
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
    this.#sendableCodecs = device.sendRtpCapabilities.codecs ?? [];
    const withTurn = { iceServers: [...iceServers] };
    this.#sendTransport =
      joined.sendTransport && device.createSendTransport({ ...joined.sendTransport, ...withTurn });
    this.#recvTransport = device.createRecvTransport({ ...joined.recvTransport, ...withTurn });
    this.#openBulkConnection = () => {
      const bulk: BulkConnection = new BulkConnection({
        createSendTransport: (options) => device.createSendTransport({ ...options, ...withTurn }),
        createRecvTransport: (options) => device.createRecvTransport({ ...options, ...withTurn }),
        request: (method, data) => signalling.request(method, data),
        onStream: handlers.onBulkStream ?? ((stream) => stream.stop()),
        onClosed: () => {
          if (this.#bulk === bulk) this.#bulk = null;
        },
      });
      return bulk;
    };
    if (this.#sendTransport) this.#wire(this.#sendTransport);
    this.#wire(this.#recvTransport);
    this.reconnectWindowMs = joined.reconnectWindowMs;
    this.ticket = joined.ticket;
    this.#link = new RelayLink({
      signalling,
      transports: this.#sendTransport ? [this.#sendTransport, this.#recvTransport] : [this.#recvTransport],
      onChange: (state) => {
        if (!this.#retired) handlers.onLink(state);
      },
    });
  }

  /** Customer: shows this track. One that was shown before is replaced, at the operator too. */
  async showVideo(
    track: MediaStreamTrack,
    source: VideoSource,
    { mode, decodes }: PictureTerms,
  ): Promise<void> {
    this.#video?.close();
    this.#refresher?.stop();
    if (!this.#sendTransport) throw new TypeError("An observer has nothing to show.");
    const parameters = pictureParameters(mode, source);
    this.#video = await this.#sendTransport.produce({
      track,
      // The page owns the track: it outlives this connection.
      stopTracks: false,
      disableTrackOnPause: false,
      zeroRtpOnPause: true,
      codec: chooseCodec(this.#sendableCodecs, decodes),
      encodings: [encodingOf(parameters)],
      codecOptions: { videoGoogleStartBitrate: START_BITRATE_KBPS },
      appData: { source },
    });
    const { rtpSender } = this.#video;
    if (rtpSender) await this.#tune(rtpSender, parameters);
    // Cameras never stand still.
    if (rtpSender && source === "screen" && !this.#retired) {
      this.#refresher = new PictureRefresher(track, () => rtpSender.getStats());
    }
  }

  /** Customer: encodes what is shown on other terms: without a break, unless the receiving side cannot show the codec. */
  async setPicture(terms: PictureTerms): Promise<void> {
    const video = this.#video;
    if (!video?.rtpSender) return;
    const source: VideoSource = video.appData.source === "camera" ? "camera" : "screen";
    const codec = video.rtpParameters.codecs[0];
    const better = chooseCodec(this.#sendableCodecs, terms.decodes);
    const isShown =
      !codec || !terms.decodes?.length || terms.decodes.some((one) => one === pictureCodecOf(codec));
    if (isShown || !better || !video.track) {
      await applyPicture(video.rtpSender, pictureParameters(terms.mode, source));
      return;
    }
    const { paused } = video;
    await this.showVideo(video.track, source, terms);
    if (paused) await this.pauseVideo();
  }

  /** Customer: sends no picture until {@link resumeVideo}. */
  async pauseVideo(): Promise<void> {
    if (!this.#video) return;
    this.#video.pause();
    await this.#signalling.request("pauseProducer", { producerId: this.#video.id });
  }

  async resumeVideo(): Promise<void> {
    if (!this.#video) return;
    this.#video.resume();
    await this.#signalling.request("resumeProducer", { producerId: this.#video.id });
  }

  async setPermissions(permissions: Permissions): Promise<void> {
    await this.#signalling.request("setPermissions", { permissions });
  }

  async endSession(): Promise<void> {
    await this.#signalling.request("endSession", {});
  }

  /** @returns false when the channel is not open: nothing was sent */
  send(label: ChannelLabel, message: object): boolean {
    const channel = this.#channels.get(label);
    if (channel?.readyState !== "open") return false;
    channel.send(JSON.stringify(message));
    return true;
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
    clearInterval(this.#keyFrameTimer);
    this.#link.close();
    this.#refresher?.stop();
    // What the customer decides from here on is heard by the next connection alone.
    this.#video?.pause();
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

  /** A browser that refuses one of these encodes as it sees fit: that is no reason to show nothing. */
  async #tune(sender: RTCRtpSender, parameters: PictureParameters): Promise<void> {
    try {
      await applyPicture(sender, parameters);
    } catch (error) {
      console.warn("The picture is encoded as the browser sees fit.", error);
    }
  }

  #lose(close: { code: number; reason: string } | null): void {
    if (this.#retired) return;
    this.retire();
    this.#handlers.onLost(close);
  }

  #wire(transport: Transport): void {
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      this.#signalling
        .request("connectTransport", { transportId: transport.id, dtlsParameters })
        .then(done, failed);
    });
    transport.on("produce", ({ rtpParameters, appData }, done, failed) => {
      const source: VideoSource = appData.source === "camera" ? "camera" : "screen";
      this.#signalling
        .request("produce", { rtpParameters: rtpParametersSchema.parse(rtpParameters), source })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
    transport.on("producedata", ({ sctpStreamParameters, label }, done, failed) => {
      const { streamId, ordered, maxRetransmits } = sctpStreamParameters;
      const known = channelLabels.find((name) => name === label);
      if (!known || streamId === undefined) {
        failed(new TypeError(`No such channel: ${label}`));
        return;
      }
      this.#signalling
        .request("produceData", { label: known, sctpStreamParameters: { streamId, ordered, maxRetransmits } })
        .then(({ dataProducerId }) => done({ id: dataProducerId }), failed);
    });
  }

  async #openChannels(role: JoinRole): Promise<void> {
    const sendTransport = this.#sendTransport;
    if (role === "observer" || !sendTransport) return;
    const mine = channelLabels.filter((label) => {
      const { senders, transports } = channelRule(label);
      return transports === "session" && senders.includes(role);
    });
    await Promise.all(
      mine.map(async (label) => {
        const { ordered, maxRetransmits } = channelRule(label);
        this.#channels.set(label, await sendTransport.produceData({ label, ordered, maxRetransmits }));
      }),
    );
  }

  #hear(notification: SignallingNotification): void {
    if (this.#retired) return;
    switch (notification.event) {
      case "otherJoined":
        this.#handlers.onOther(otherState(null));
        return;
      case "otherLeft":
        this.#handlers.onOther(otherState(notification.endsInMs));
        return;
      case "observersChanged":
        this.#handlers.onObservers(notification.observers);
        return;
      case "permissionsChanged":
        if (!notification.permissions.file) this.#bulk?.close(new BulkError("revoked"));
        this.#handlers.onPermissions(notification.permissions);
        return;
      case "sessionEnded":
        this.#handlers.onEnded(notification.reason);
        return;
      case "newConsumer":
        this.#consume(notification).catch((error: unknown) => this.#fail(error));
        return;
      case "consumerClosed":
        if (this.#picture?.consumer.id === notification.consumerId) this.#dropPicture();
        return;
      case "producerPaused":
        this.#setPicturePaused(notification.consumerId, true);
        return;
      case "producerResumed":
        this.#setPicturePaused(notification.consumerId, false);
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
        this.#consumeData(notification).catch((error: unknown) => this.#fail(error));
        return;
      case "dataConsumerClosed":
        this.#bulk?.channelClosed(notification.dataConsumerId);
        this.#dataConsumers.get(notification.dataConsumerId)?.close();
        this.#dataConsumers.delete(notification.dataConsumerId);
        return;
      default:
        assertUnreachable(notification);
    }
  }

  async #consume(offer: Extract<SignallingNotification, { event: "newConsumer" }>): Promise<void> {
    const consumer = await this.#recvTransport.consume({
      id: offer.consumerId,
      producerId: offer.producerId,
      kind: offer.kind,
      rtpParameters: offer.rtpParameters,
    });
    // Show each frame as soon as it is whole: somebody who points at a screen feels every buffered millisecond.
    if (consumer.rtpReceiver) consumer.rtpReceiver.jitterBufferTarget = 0;
    this.#picture?.consumer.close();
    this.#picture = {
      consumer,
      stream: new MediaStream([consumer.track]),
      source: offer.source,
      paused: offer.producerPaused,
    };
    this.#tellPicture();
    await this.#signalling.request("resumeConsumer", { consumerId: consumer.id });
    this.#askForKeyFrames(consumer);
  }

  /**
   * A static screen sends no new frame of its own accord: without a key frame the operator would look at nothing. So one is
   * asked for again until the first frame has been decoded; after that every further one would only cost quality.
   */
  #askForKeyFrames(consumer: Consumer): void {
    clearInterval(this.#keyFrameTimer);
    this.#keyFrameTimer = setInterval(() => {
      if (consumer.closed) clearInterval(this.#keyFrameTimer);
      else if (!this.#picture?.paused) void this.#askForKeyFrame(consumer);
    }, KEY_FRAME_RETRY_MS);
  }

  async #askForKeyFrame(consumer: Consumer): Promise<void> {
    try {
      if (await hasDecodedFrames(consumer)) clearInterval(this.#keyFrameTimer);
      else await this.#signalling.request("requestKeyFrame", { consumerId: consumer.id });
    } catch {
      // A lost connection is noticed where it is lost; this question is simply asked again.
    }
  }

  async #consumeData(offer: Extract<SignallingNotification, { event: "newDataConsumer" }>): Promise<void> {
    const consumer = await this.#recvTransport.consumeData({
      id: offer.dataConsumerId,
      dataProducerId: offer.dataProducerId,
      sctpStreamParameters: offer.sctpStreamParameters,
      label: offer.label,
    });
    this.#dataConsumers.set(consumer.id, consumer);
    const announce = () => {
      if (!this.#retired) this.#handlers.onChannel(offer.label);
    };
    if (consumer.readyState === "open") announce();
    else consumer.on("open", announce);
    consumer.on("message", (message: unknown) => {
      if (typeof message === "string" && !this.#retired) this.#handlers.onMessage(offer.label, message);
    });
  }

  #setPicturePaused(consumerId: string, paused: boolean): void {
    if (this.#picture?.consumer.id !== consumerId || this.#picture.paused === paused) return;
    this.#picture = { ...this.#picture, paused };
    this.#tellPicture();
  }

  #dropPicture(): void {
    this.#picture?.consumer.close();
    this.#picture = null;
    clearInterval(this.#keyFrameTimer);
    this.#handlers.onPicture(null);
  }

  #tellPicture(): void {
    if (!this.#picture || this.#retired) return;
    const { stream, source, paused } = this.#picture;
    this.#handlers.onPicture({ stream, source, paused });
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

async function hasDecodedFrames(consumer: Consumer): Promise<boolean> {
  for (const entry of (await consumer.getStats()).values()) {
    const { type, framesDecoded }: { type?: unknown; framesDecoded?: unknown } = entry;
    if (type === "inbound-rtp" && typeof framesDecoded === "number" && framesDecoded > 0) return true;
  }
  return false;
}
