import type { DataConsumer, DataProducer, Transport } from "mediasoup-client/types";
import { type ChannelLabel, channelLabels, channelRule } from "@/protocol/data-channels";
import type { JoinRole } from "@/protocol/roles";
import type { SignallingNotification } from "@/protocol/signalling";

interface RelayChannelsOptions {
  /** Null for an observer, who sends nothing. */
  sendTransport: Transport | null;
  recvTransport: Transport;
  onMessage: (label: ChannelLabel, message: string) => void;
  /** The other side's sending end of a channel is there anew. */
  onChannel: (label: ChannelLabel) => void;
}

/** The data channels of one joining, but for that of bulk data. They live as long as their transports. */
export class RelayChannels {
  readonly #options: RelayChannelsOptions;
  readonly #mine = new Map<ChannelLabel, DataProducer>();
  readonly #theirs = new Map<string, DataConsumer>();
  #retired = false;

  constructor(options: RelayChannelsOptions) {
    this.#options = options;
  }

  /** Opens what this side may send on. */
  async open(role: JoinRole): Promise<void> {
    const { sendTransport } = this.#options;
    if (role === "observer" || !sendTransport) return;
    const mine = channelLabels.filter((label) => {
      const { senders, transports } = channelRule(label);
      return transports === "session" && senders.includes(role);
    });
    await Promise.all(
      mine.map(async (label) => {
        const { ordered, maxRetransmits } = channelRule(label);
        this.#mine.set(label, await sendTransport.produceData({ label, ordered, maxRetransmits }));
      }),
    );
  }

  /** @returns false when the channel is not open: nothing was sent */
  send(label: ChannelLabel, message: object): boolean {
    const channel = this.#mine.get(label);
    if (channel?.readyState !== "open") return false;
    channel.send(JSON.stringify(message));
    return true;
  }

  /** Bytes of a channel that this browser has taken and not sent yet; 0 when it is not open. */
  waitingBytes(label: ChannelLabel): number {
    return this.#mine.get(label)?.bufferedAmount ?? 0;
  }

  /** Listens to a channel that the relay offers. */
  async listen(offer: Extract<SignallingNotification, { event: "newDataConsumer" }>): Promise<void> {
    const consumer = await this.#options.recvTransport.consumeData({
      id: offer.dataConsumerId,
      dataProducerId: offer.dataProducerId,
      sctpStreamParameters: offer.sctpStreamParameters,
      label: offer.label,
    });
    this.#theirs.set(consumer.id, consumer);
    const announce = () => {
      if (!this.#retired) this.#options.onChannel(offer.label);
    };
    if (consumer.readyState === "open") announce();
    else consumer.on("open", announce);
    consumer.on("message", (message: unknown) => {
      if (typeof message === "string" && !this.#retired) this.#options.onMessage(offer.label, message);
    });
  }

  /** The other side's end of a channel is no more. */
  drop(dataConsumerId: string): void {
    this.#theirs.get(dataConsumerId)?.close();
    this.#theirs.delete(dataConsumerId);
  }

  /** Hears nothing any more. */
  retire(): void {
    this.#retired = true;
  }
}
