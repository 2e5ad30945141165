import type { DataConsumer, DataProducer, DirectTransport } from "mediasoup/types";
import { AppError } from "@/lib/app-error";
import { type ChannelLabel, channelLabels, channelRule } from "@/protocol/data-channels";
import type { JoinRole } from "@/protocol/roles";
import type { CarriedMessage } from "@/protocol/signalling";
import { MessageBudget } from "../signalling/message-budget";
import { maySendOn } from "./channel-policy";
import { refusedByMediasoup } from "./mediasoup-refusal";
import type { Traffic } from "./transport-meter";

/** As much of the socket as carries channels. */
export interface CarryingSocket {
  send(message: CarriedMessage): void;
  /** What has been sent and is still to go out. */
  readonly backlogBytes: number;
}

/**
 * What one tool may be sent, and send, this way: a message costs one, and another one for each whole KiB. An operator who works makes
 * about 130 a second, and two of the longest clipboards fit into the burst.
 */
const BUDGET = { burst: 600, perSecond: 300 };
/** So long a channel that brought more than that is shut in the worker, where what still comes costs this process nothing. */
const HELD_MS = 1_000;
/** With more than that before it, a message of which only the latest counts is left out. */
const LATEST_WINS_BACKLOG_BYTES = 16_384;
/** mediasoup's mark of a text message (RFC 8831, 8): the others are no JSON. */
const TEXT_PPID = 51;

/**
 * The channels of a Client Tool in whose network nothing but the WebSocket gets through. They end in the router as everybody's do, so
 * that the same gates hold for them; only the last way, between this process and the tool, is another.
 */
export class CarriedChannels {
  readonly transport: DirectTransport;
  readonly #producers: ReadonlyMap<ChannelLabel, DataProducer>;
  readonly #socket: CarryingSocket;
  readonly #onTraffic: (traffic: Traffic) => void;
  readonly #sent = new MessageBudget(BUDGET);
  readonly #received = new MessageBudget(BUDGET);

  private constructor(
    { transport, socket, onTraffic }: CarriedChannelsOptions,
    producers: ReadonlyMap<ChannelLabel, DataProducer>,
  ) {
    this.transport = transport;
    this.#socket = socket;
    this.#onTraffic = onTraffic;
    this.#producers = producers;
  }

  /**
   * Opens every channel that the role sends on.
   *
   * @throws AppError UNAVAILABLE when the room closes meanwhile; the transport is closed then
   */
  static async open(options: CarriedChannelsOptions): Promise<CarriedChannels> {
    const { transport, role } = options;
    try {
      const labels = channelLabels.filter((label) => maySendOn(role, label));
      const producers = await Promise.all(
        labels.map(async (label) => {
          const producer = await refusedByMediasoup(() => transport.produceData({ label }));
          return [label, producer] as const;
        }),
      );
      return new CarriedChannels(options, new Map(producers));
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  get producers(): ReadonlyMap<ChannelLabel, DataProducer> {
    return this.#producers;
  }

  /**
   * Passes on what the tool sends on a channel. Whether it gets any further is up to the receivers' gates.
   *
   * @throws AppError PERMISSION_DENIED for a channel that is not the tool's to send on, MESSAGE_TOO_LARGE, MESSAGE_TOO_OFTEN
   */
  take({ label, data }: CarriedMessage): void {
    const producer = this.#producers.get(label);
    if (producer === undefined) throw new AppError("PERMISSION_DENIED");
    const bytes = Buffer.byteLength(data);
    if (bytes > channelRule(label).maxMessageBytes) throw new AppError("MESSAGE_TOO_LARGE");
    if (!this.#received.spend(undefined, costOf(bytes))) throw new AppError("MESSAGE_TOO_OFTEN");
    if (producer.closed) return;
    this.#onTraffic({ way: "in", protocol: "websocket", receivedBytes: bytes, sentBytes: 0 });
    producer.send(data);
  }

  /**
   * Sends the tool what comes on a channel.
   *
   * @param hold shuts the channel for so many milliseconds
   */
  deliver(label: ChannelLabel, dataConsumer: DataConsumer, hold: (ms: number) => void): void {
    const { ordered, maxMessageBytes } = channelRule(label);
    dataConsumer.on("message", (message, ppid) => {
      // Too long by the channel's rule: only what SCTP itself allows has been looked at on the way here.
      if (ppid !== TEXT_PPID || message.byteLength > maxMessageBytes) return;
      if (!this.#sent.spend(undefined, costOf(message.byteLength))) {
        hold(HELD_MS);
        return;
      }
      if (!ordered && this.#socket.backlogBytes > LATEST_WINS_BACKLOG_BYTES) return;
      this.#onTraffic({ way: "out", protocol: "websocket", receivedBytes: 0, sentBytes: message.byteLength });
      this.#socket.send({ type: "message", label, data: message.toString() });
    });
  }

  close(): void {
    this.transport.close();
  }
}

interface CarriedChannelsOptions {
  role: JoinRole;
  transport: DirectTransport;
  socket: CarryingSocket;
  onTraffic: (traffic: Traffic) => void;
}

function costOf(bytes: number): number {
  return 1 + Math.floor(bytes / 1024);
}
