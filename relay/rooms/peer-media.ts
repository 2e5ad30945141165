import type {
  DataProducer,
  DirectTransport,
  Producer,
  Router,
  RtpCapabilities,
  WebRtcTransport,
} from "mediasoup/types";
import { AppError } from "@/lib/app-error";
import { type ChannelLabel, channelRule } from "@/protocol/data-channels";
import type { Permissions } from "@/protocol/permissions";
import type { PictureCodec } from "@/protocol/picture-mode";
import type { JoinRole } from "@/protocol/roles";
import type {
  SignallingInput,
  SignallingNotification,
  SignallingOutput,
  VideoSource,
} from "@/protocol/signalling";
import { BulkTransports } from "./bulk-transports";
import type { CarriedChannels } from "./carried-channels";
import { assertMayProduceData, mayReceiveChannel } from "./channel-policy";
import { ForwardedChannels } from "./forwarded-channels";
import { ForwardedVideo } from "./forwarded-video";
import { immediatePlayout } from "./immediate-playout";
import { refusedByMediasoup } from "./mediasoup-refusal";
import { Receivable } from "./receivable";
import { StreamMeter, type StreamSample } from "./stream-meter";
import { type Traffic, TransportMeter } from "./transport-meter";

interface PublishedVideo {
  readonly producer: Producer;
  readonly meter: StreamMeter;
  readonly source: VideoSource;
}

interface PeerMediaOptions {
  role: JoinRole;
  router: Router;
  /** Null for observers, who send nothing. */
  sendTransport: WebRtcTransport | null;
  recvTransport: WebRtcTransport;
  notify: (notification: SignallingNotification) => void;
  /** Told what has passed this side's transports, whenever that is measured. */
  onTraffic: (traffic: Traffic) => void;
}

/** Everything of mediasoup that belongs to one joined peer: its transports and what flows over them. */
export class PeerMedia {
  readonly role: JoinRole;
  readonly sendTransport: WebRtcTransport | null;
  readonly recvTransport: WebRtcTransport;
  readonly #notify: (notification: SignallingNotification) => void;
  readonly #onTraffic: (traffic: Traffic) => void;
  readonly #receivable: Receivable;
  #video: PublishedVideo | undefined;
  readonly #channels = new Map<ChannelLabel, DataProducer>();
  /** By producer id; null while the consumer is being made, so that it is made once. */
  readonly #forwardedVideos = new Map<string, ForwardedVideo | null>();
  #forwardedChannels: ForwardedChannels;
  readonly #sendMeter: TransportMeter | null;
  readonly #recvMeter: TransportMeter;
  #receivedBytes = 0;
  #sentBytes = 0;
  #bulk: BulkTransports | undefined;
  #carried: CarriedChannels | undefined;
  #closing: Promise<void> | undefined;

  constructor({ role, router, sendTransport, recvTransport, notify, onTraffic }: PeerMediaOptions) {
    this.role = role;
    this.sendTransport = sendTransport;
    this.recvTransport = recvTransport;
    this.#notify = notify;
    this.#forwardedChannels = new ForwardedChannels({ notify });
    this.#receivable = new Receivable(router, notify);
    this.#onTraffic = (traffic) => {
      this.#receivedBytes += traffic.receivedBytes;
      this.#sentBytes += traffic.sentBytes;
      onTraffic(traffic);
    };
    this.#sendMeter = sendTransport && new TransportMeter(sendTransport, "in", this.#onTraffic);
    this.#recvMeter = new TransportMeter(recvTransport, "out", this.#onTraffic);
  }

  get counts(): Record<"producers" | "consumers" | "dataProducers" | "dataConsumers", number> {
    return {
      producers: this.#video === undefined ? 0 : 1,
      consumers: this.#forwardedVideos.size,
      dataProducers: this.#channels.size,
      dataConsumers: this.#forwardedChannels.size,
    };
  }

  async connectTransport({
    transportId,
    dtlsParameters,
  }: SignallingInput<"connectTransport">): Promise<void> {
    const transport = this.#transport(transportId);
    await refusedByMediasoup(() => transport.connect({ dtlsParameters }));
  }

  async restartIce({ transportId }: SignallingInput<"restartIce">): Promise<SignallingOutput<"restartIce">> {
    const transport = this.#transport(transportId);
    return { iceParameters: await refusedByMediasoup(() => transport.restartIce()) };
  }

  /** What this side can show; undefined as long as it has not told. */
  get decodes(): PictureCodec[] | undefined {
    return this.#receivable.decodes;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** From now on bulk data goes over these; earlier ones are closed with everything on them. */
  setBulk(transports: Pick<BulkTransports, "sendTransport" | "recvTransport">): void {
    this.closeBulk();
    this.#bulk = new BulkTransports(transports, this.#onTraffic);
  }

  /** Closes the transports for bulk data, if there are any. */
  closeBulk(): void {
    this.#closeBulk().catch(() => {});
  }

  /** Set when its channels are carried over the socket. */
  get carried(): CarriedChannels | undefined {
    return this.#carried;
  }

  /**
   * Closes the transports, with everything on them; from now on the channels that `open` makes stand for them.
   *
   * @throws AppError UNAVAILABLE when the peer leaves meanwhile
   */
  async carry(open: (onTraffic: (traffic: Traffic) => void) => Promise<CarriedChannels>): Promise<void> {
    const carried = await open(this.#onTraffic);
    if (this.closed) {
      carried.close();
      throw new AppError("UNAVAILABLE");
    }
    const measured = this.#measureTraffic();
    this.#closeForwarded();
    this.#forwardedChannels = new ForwardedChannels({ notify: this.#notify, carried });
    for (const transport of this.#transports) transport.close();
    this.#carried = carried;
    for (const [label, producer] of carried.producers) this.#channels.set(label, producer);
    this.#receivable.capabilities = {};
    // A worker that died meanwhile cannot be asked any more.
    await measured.catch(() => {});
  }

  /** From now on this peer gets what the others send. */
  receive({ rtpCapabilities }: SignallingInput<"receive">): void {
    this.#receivable.capabilities = rtpCapabilities;
  }

  async produce({ rtpParameters, source }: SignallingInput<"produce">): Promise<SignallingOutput<"produce">> {
    this.#assertCustomer();
    if (rtpParameters.codecs.some(({ mimeType }) => !mimeType.startsWith("video/"))) {
      throw new AppError("MESSAGE_MALFORMED");
    }
    // The old one goes first: both may use the same m-section or SSRC, which mediasoup takes once.
    this.#video?.producer.close();
    const sendTransport = this.#sendingTransport;
    const producer = await refusedByMediasoup(() => sendTransport.produce({ kind: "video", rtpParameters }));
    this.#video = { producer, meter: new StreamMeter(producer, "in"), source };
    producer.observer.once("close", () => {
      if (this.#video?.producer === producer) this.#video = undefined;
    });
    return { producerId: producer.id };
  }

  async pauseProducer({ producerId }: SignallingInput<"pauseProducer">): Promise<void> {
    await refusedByMediasoup(() => this.#producer(producerId).pause());
  }

  async resumeProducer({ producerId }: SignallingInput<"resumeProducer">): Promise<void> {
    await refusedByMediasoup(() => this.#producer(producerId).resume());
  }

  closeProducer({ producerId }: SignallingInput<"closeProducer">): void {
    this.#producer(producerId).close();
  }

  /** A second channel of the same label replaces the first. */
  async produceData(input: SignallingInput<"produceData">): Promise<SignallingOutput<"produceData">> {
    assertMayProduceData(this.role, input);
    this.#channels.get(input.label)?.close();
    const sendTransport =
      channelRule(input.label).transports === "bulk" ? this.#bulk?.sendTransport : this.#sendingTransport;
    if (sendTransport === undefined) throw new AppError("BAD_REQUEST");
    const dataProducer = await refusedByMediasoup(() => sendTransport.produceData(input));
    this.#channels.set(input.label, dataProducer);
    dataProducer.observer.once("close", () => {
      if (this.#channels.get(input.label) === dataProducer) this.#channels.delete(input.label);
    });
    return { dataProducerId: dataProducer.id };
  }

  async resumeConsumer({ consumerId }: SignallingInput<"resumeConsumer">): Promise<void> {
    await refusedByMediasoup(() => this.#forwardedVideo(consumerId).resume());
  }

  requestKeyFrame({ consumerId }: SignallingInput<"requestKeyFrame">): void {
    this.#forwardedVideo(consumerId).requestKeyFrame();
  }

  /**
   * Makes the consumers that are missing for what `other` sends. Does nothing before this side has told what it can receive.
   *
   * @param permissions reads the permissions of the moment, which may change while consumers are being made
   */
  async receiveFrom(other: PeerMedia, permissions: () => Permissions): Promise<void> {
    const rtpCapabilities = this.#receivable.capabilities;
    if (rtpCapabilities === undefined) return;
    const channels = [...other.#channels]
      .filter(([label]) => mayReceiveChannel(this.role, label))
      .map(async ([label, dataProducer]) => {
        const transport = this.#receivingTransport(label);
        if (transport === undefined) return;
        const way = { label, sender: other.role, dataProducer, transport, permissions };
        if (await this.#forwardedChannels.forward(way)) other.#heardOn(label);
      });
    const video =
      this.role !== "tool" && other.#video && this.#forwardVideo(other.#video, rtpCapabilities, permissions);
    await Promise.all([...channels, video]);
  }

  /** Lets through what the customer permits and nothing else. */
  async applyPermissions(permissions: Permissions): Promise<void> {
    const videos = [...this.#forwardedVideos.values()].map((video) => video?.setPermitted(permissions.view));
    await Promise.all([...videos, this.#forwardedChannels.applyPermissions(permissions)]);
  }

  /** Asks the worker how much has come from this side; connectivity checks do not count (mediasoup counts none that come by a WebRtcServer). */
  async receivedBytes(): Promise<number> {
    const stats = await Promise.all(this.#transports.map((transport) => transport.getStats()));
    return stats.flat().reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
  }

  /** Sends a tool something that means nothing; others see by their statistics what comes. @returns whether there was a way */
  stir(): boolean {
    return this.role === "tool" && this.carried === undefined && this.#forwardedChannels.stir();
  }

  /** Asks the worker how much was sent to this side. */
  async measureBytes(): Promise<void> {
    await Promise.all([this.#recvMeter.measure(), this.#bulk?.measureBytes()]);
  }

  /**
   * Measures the traffic of all transports and says how this side's videos go, sent and received.
   *
   * @throws Error when the worker cannot be asked
   */
  async sample(): Promise<StreamSample[]> {
    const videos = [...this.#forwardedVideos.values()].map((video) => video?.sample());
    const [samples] = await Promise.all([
      Promise.all([this.#video?.meter.sample(), ...videos]),
      this.#measureTraffic(),
    ]);
    return samples.filter((sample) => sample !== null && sample !== undefined);
  }

  /** From and to this side, as last measured. */
  get traffic(): Pick<Traffic, "receivedBytes" | "sentBytes"> {
    return { receivedBytes: this.#receivedBytes, sentBytes: this.#sentBytes };
  }

  /** The transports that a side cannot do without. */
  get sessionTransports(): WebRtcTransport[] {
    if (this.#carried !== undefined) return [];
    return this.sendTransport === null ? [this.recvTransport] : [this.sendTransport, this.recvTransport];
  }

  /**
   * Closes both transports and with them everything on them. Closing is immediate; the promise is for the last measure of
   * traffic, which was asked for just before.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #measureTraffic(): Promise<void> {
    await Promise.all([this.#sendMeter?.measure(), this.#recvMeter.measure(), this.#bulk?.measureBytes()]);
  }

  async #close(): Promise<void> {
    const measured = Promise.all([this.#sendMeter?.measure(), this.#recvMeter.measure()]);
    this.#closeForwarded();
    const bulkClosed = this.#closeBulk();
    for (const transport of this.#transports) transport.close();
    this.#carried?.close();
    // A worker that died meanwhile cannot be asked any more: the measure before counts.
    await Promise.all([measured.catch(() => {}), bulkClosed]);
  }

  #closeForwarded(): void {
    for (const video of [...this.#forwardedVideos.values()]) video?.close();
    this.#forwardedChannels.close();
  }

  async #closeBulk(): Promise<void> {
    const bulk = this.#bulk;
    this.#bulk = undefined;
    this.#forwardedChannels.closeBulk();
    await bulk?.close();
  }

  async #forwardVideo(
    { producer, source }: PublishedVideo,
    rtpCapabilities: RtpCapabilities,
    permissions: () => Permissions,
  ): Promise<void> {
    if (this.#forwardedVideos.has(producer.id)) return;
    if (!this.#receivable.canShow(producer)) return;
    const forget = () => this.#forwardedVideos.delete(producer.id);
    this.#forwardedVideos.set(producer.id, null);
    try {
      const immediate = immediatePlayout(rtpCapabilities);
      const consumer = await this.recvTransport.consume({
        producerId: producer.id,
        rtpCapabilities,
        paused: true,
        ...(immediate && { mid: immediate.mid }),
      });
      if (producer.closed || this.#closing !== undefined) {
        consumer.close();
        forget();
        return;
      }
      const permitted = permissions().view;
      const video = new ForwardedVideo({
        consumer,
        producer,
        permitted,
        notify: this.#notify,
        onClosed: forget,
      });
      this.#forwardedVideos.set(producer.id, video);
      this.#notify({
        type: "notification",
        event: "newConsumer",
        consumerId: consumer.id,
        producerId: producer.id,
        kind: consumer.kind,
        rtpParameters: immediate?.announced(consumer) ?? consumer.rtpParameters,
        source,
        producerPaused: video.paused,
      });
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Somebody listens to a channel of this side's from now on. A tool has nobody else to learn it from. */
  #heardOn(label: ChannelLabel): void {
    if (this.role === "tool") this.#notify({ type: "notification", event: "channelHeard", label });
  }

  #assertCustomer(): void {
    if (this.role !== "customer") throw new AppError("PERMISSION_DENIED");
  }

  get #transports(): WebRtcTransport[] {
    return [...this.sessionTransports, ...(this.#bulk?.all ?? [])];
  }

  get #sendingTransport(): WebRtcTransport {
    if (this.sendTransport === null) throw new AppError("PERMISSION_DENIED");
    if (this.#carried !== undefined) throw new AppError("BAD_REQUEST");
    return this.sendTransport;
  }

  /** Where this side receives a channel; undefined as long as it has no transports for bulk data. */
  #receivingTransport(label: ChannelLabel): WebRtcTransport | DirectTransport | undefined {
    if (channelRule(label).transports === "bulk") return this.#bulk?.recvTransport;
    return this.#carried?.transport ?? this.recvTransport;
  }

  #transport(transportId: string): WebRtcTransport {
    const transport = this.#transports.find(({ id }) => id === transportId);
    if (transport === undefined) throw new AppError("NOT_FOUND");
    return transport;
  }

  #producer(producerId: string): Producer {
    this.#assertCustomer();
    if (this.#video?.producer.id !== producerId) throw new AppError("NOT_FOUND");
    return this.#video.producer;
  }

  #forwardedVideo(consumerId: string): ForwardedVideo {
    for (const video of this.#forwardedVideos.values()) {
      if (video?.consumerId === consumerId) return video;
    }
    throw new AppError("NOT_FOUND");
  }
}
