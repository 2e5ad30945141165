import type { DataConsumer, DataProducer, Transport } from "mediasoup-client/types";
import { channelRule } from "@/protocol/data-channels";
import type {
  SignallingInput,
  SignallingMethod,
  SignallingNotification,
  SignallingOutput,
} from "@/protocol/signalling";
import { BulkError } from "./bulk-error";
import { BULK_BUFFERED_BYTES, BulkLink } from "./bulk-link";
import type { BulkReceiver } from "./bulk-receiver";
import { watchLocalInput } from "./local-input";

/** The other side has to open its end within this time. */
const OPEN_TIMEOUT_MS = 15_000;

type ChannelOffer = Extract<SignallingNotification, { event: "newDataConsumer" }>;

type TransportOptions = SignallingOutput<"openBulkTransports">["sendTransport"];

interface BulkConnectionOptions {
  createSendTransport: (options: TransportOptions) => Transport;
  createRecvTransport: (options: TransportOptions) => Transport;
  request: <M extends SignallingMethod>(method: M, data: SignallingInput<M>) => Promise<SignallingOutput<M>>;
  onStream: (stream: BulkReceiver, link: BulkLink) => void;
  onClosed: (error: BulkError) => void;
}

/** The way for bulk data through the relay: a pair of transports of its own, the channel `file` each way, a link over both. */
export class BulkConnection {
  readonly #options: BulkConnectionOptions;
  #transports: readonly Transport[] = [];
  #recvTransport: Transport | null = null;
  #producer: DataProducer | null = null;
  #consumer: DataConsumer | null = null;
  #link: BulkLink | null = null;
  /** What the relay offered last; it may do so before the transports stand. */
  #offer: ChannelOffer | null = null;
  #isOpen = false;
  #stopWatching: () => void = () => {};
  #error: BulkError | null = null;
  readonly #opened: Promise<BulkLink>;
  #settle: (outcome: BulkLink | Error) => void = () => {};
  readonly #timer: ReturnType<typeof setTimeout>;

  /** Begins to open at once. */
  constructor(options: BulkConnectionOptions) {
    this.#options = options;
    this.#opened = new Promise<BulkLink>((resolve, reject) => {
      this.#settle = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    });
    this.#opened.catch(() => {
      // Whoever opened it is told; one that the other side opened has nobody to tell.
    });
    this.#timer = setTimeout(() => this.close(new BulkError("lost")), OPEN_TIMEOUT_MS);
    this.#open().catch((error: unknown) => this.#fail(error));
  }

  /**
   * The link, once both sides are there.
   *
   * @throws AppError with the relay's refusal (PERMISSION_DENIED without the permission `file`); BulkError when the other side
   *   does not come, or the connection is closed meanwhile
   */
  opened(): Promise<BulkLink> {
    return this.#opened;
  }

  /** The relay offers the other side's channel. */
  offer(offer: ChannelOffer): void {
    this.#offer = offer;
    this.#consume().catch((error: unknown) => this.#fail(error));
  }

  /** The other side's channel is closed: with it the link, unless that was still waiting for the other side's newest one. */
  channelClosed(dataConsumerId: string): void {
    if (this.#offer?.dataConsumerId !== dataConsumerId) return;
    if (this.#isOpen) {
      this.close(new BulkError("lost"));
      return;
    }
    const link = this.#link;
    this.#offer = null;
    this.#link = null;
    this.#consumer?.close();
    this.#consumer = null;
    link?.close();
  }

  /** Ends the link and what waits on it, and closes the transports here and at the relay. */
  close(error = new BulkError("closed")): void {
    this.#fail(error);
  }

  #fail(cause: unknown): void {
    if (this.#error) return;
    const error = cause instanceof BulkError ? cause : new BulkError("lost");
    this.#error = error;
    clearTimeout(this.#timer);
    this.#stopWatching();
    this.#link?.close(error);
    for (const transport of this.#transports) transport.close();
    this.#settle(cause instanceof Error ? cause : error);
    this.#options.onClosed(error);
    this.#options.request("closeBulkTransports", {}).catch(() => {
      // The relay closes them with this side, if it cannot be told any more.
    });
  }

  async #open(): Promise<void> {
    const { createSendTransport, createRecvTransport, request } = this.#options;
    const { sendTransport, recvTransport } = await request("openBulkTransports", {});
    if (this.#error) return;
    const sending = createSendTransport(sendTransport);
    const receiving = createRecvTransport(recvTransport);
    this.#transports = [sending, receiving];
    this.#recvTransport = receiving;
    for (const transport of this.#transports) this.#wire(transport);
    const { ordered } = channelRule("file");
    const producing = sending.produceData({ label: "file", ordered });
    await this.#consume();
    this.#producer = await producing;
    this.#producer.bufferedAmountLowThreshold = BULK_BUFFERED_BYTES / 2;
    this.#producer.on("bufferedamountlow", () => this.#link?.drained());
    this.#producer.on("open", () => this.#connect());
    this.#connect();
  }

  async #consume(): Promise<void> {
    const offer = this.#offer;
    const transport = this.#recvTransport;
    if (!offer || !transport || this.#consumer || this.#error) return;
    const consumer = await transport.consumeData({
      id: offer.dataConsumerId,
      dataProducerId: offer.dataProducerId,
      sctpStreamParameters: offer.sctpStreamParameters,
      label: offer.label,
    });
    if (this.#offer !== offer) {
      consumer.close();
      return;
    }
    this.#consumer = consumer;
    consumer.binaryType = "arraybuffer";
    consumer.on("message", (message: unknown) => this.#link?.receive(message));
    consumer.on("open", () => this.#connect());
    this.#connect();
  }

  /** Makes the link as soon as both channels are open. */
  #connect(): void {
    const [producer, consumer] = [this.#producer, this.#consumer];
    if (this.#link || this.#error || producer?.readyState !== "open" || consumer?.readyState !== "open")
      return;
    const link = new BulkLink({
      channel: {
        get bufferedBytes() {
          return producer.bufferedAmount;
        },
        send: (frame) => producer.send(frame),
      },
      onStream: this.#options.onStream,
      onClosed: (error) => {
        if (this.#link === link) this.#fail(error);
      },
    });
    this.#link = link;
    link.opened().then(
      () => {
        this.#isOpen = true;
        clearTimeout(this.#timer);
        this.#stopWatching = watchLocalInput(() => link.giveWay());
        this.#settle(link);
      },
      () => {
        // Told by onClosed.
      },
    );
  }

  #wire(transport: Transport): void {
    const { request } = this.#options;
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      request("connectTransport", { transportId: transport.id, dtlsParameters }).then(done, failed);
    });
    transport.on("producedata", ({ sctpStreamParameters }, done, failed) => {
      const { streamId, ordered } = sctpStreamParameters;
      if (streamId === undefined) {
        failed(new TypeError("The channel has no stream."));
        return;
      }
      request("produceData", { label: "file", sctpStreamParameters: { streamId, ordered } }).then(
        ({ dataProducerId }) => done({ id: dataProducerId }),
        failed,
      );
    });
    transport.on("connectionstatechange", (state) => {
      if (state === "failed") this.close(new BulkError("lost"));
    });
  }
}
