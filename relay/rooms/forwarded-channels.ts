import type { DataConsumer, DataProducer, DirectTransport, WebRtcTransport } from "mediasoup/types";
import { type ChannelLabel, channelRule } from "@/protocol/data-channels";
import type { Permissions } from "@/protocol/permissions";
import type { JoinRole } from "@/protocol/roles";
import type { SignallingNotification } from "@/protocol/signalling";
import type { CarriedChannels } from "./carried-channels";
import { channelFlows, deliveryOf } from "./channel-policy";
import { ForwardedChannel } from "./forwarded-channel";

interface ChannelOnItsWay {
  readonly label: ChannelLabel;
  readonly sender: JoinRole;
  readonly channel: ForwardedChannel;
}

interface ChannelToForward {
  label: ChannelLabel;
  sender: JoinRole;
  dataProducer: DataProducer;
  /** Where the receiver gets it. */
  transport: WebRtcTransport | DirectTransport;
  /** Reads the permissions of the moment, which may change while the consumer is being made. */
  permissions: () => Permissions;
}

interface ForwardedChannelsOptions {
  notify: (notification: SignallingNotification) => void;
  /** Set for a receiver that gets everything over its socket. */
  carried?: CarriedChannels;
}

/** The data channels on their way to one receiver. */
export class ForwardedChannels {
  readonly #options: ForwardedChannelsOptions;
  /** By producer id; null while the consumer is being made, so that it is made once. */
  readonly #channels = new Map<string, ChannelOnItsWay | null>();
  #closed = false;

  constructor(options: ForwardedChannelsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#channels.size;
  }

  /** @returns whether there is a new way for the channel's messages */
  async forward({ label, sender, dataProducer, transport, permissions }: ChannelToForward): Promise<boolean> {
    if (this.#channels.has(dataProducer.id)) return false;
    const forget = () => this.#channels.delete(dataProducer.id);
    this.#channels.set(dataProducer.id, null);
    try {
      const dataConsumer = await transport.consumeData({
        dataProducerId: dataProducer.id,
        ...(transport.type === "direct" ? {} : deliveryOf(label)),
        paused: true,
      });
      if (this.#closed || dataProducer.closed || dataConsumer.closed) {
        dataConsumer.close();
        forget();
        return false;
      }
      const { notify, carried } = this.#options;
      const channel = new ForwardedChannel({
        dataConsumer,
        dataProducer,
        // One that is carried was never named.
        notify: carried === undefined ? notify : () => {},
        onClosed: forget,
      });
      this.#channels.set(dataProducer.id, { label, sender, channel });
      this.#show(label, dataConsumer, channel);
      // Paused until here, so that no revocation in between can be missed.
      await channel.setPermitted(channelFlows(label, sender, permissions()));
      return true;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Lets through what the customer permits and nothing else. */
  async applyPermissions(permissions: Permissions): Promise<void> {
    await Promise.all(
      this.#standing().map(({ label, sender, channel }) =>
        channel.setPermitted(channelFlows(label, sender, permissions)),
      ),
    );
  }

  /**
   * Sends the receiver something that means nothing, on a channel that loses nothing and flows just now.
   *
   * @returns false when there is none
   */
  stir(): boolean {
    return this.#standing().some(
      ({ label, channel }) => channelRule(label).maxRetransmits === undefined && channel.stir(),
    );
  }

  /** Closes those on the transports for bulk data. */
  closeBulk(): void {
    for (const { label, channel } of this.#standing()) {
      if (channelRule(label).transports === "bulk") channel.close();
    }
  }

  /** Closes them all; what is still being made is let go as soon as it is there. */
  close(): void {
    this.#closed = true;
    for (const { channel } of this.#standing()) channel.close();
  }

  #standing(): ChannelOnItsWay[] {
    return [...this.#channels.values()].filter((one) => one !== null);
  }

  /** Shows the receiver where the messages will come: on a stream, or over the socket. */
  #show(label: ChannelLabel, dataConsumer: DataConsumer, channel: ForwardedChannel): void {
    const { sctpStreamParameters } = dataConsumer;
    if (sctpStreamParameters === undefined) {
      this.#options.carried?.deliver(label, dataConsumer, (ms) => channel.hold(ms));
      return;
    }
    this.#options.notify({
      type: "notification",
      event: "newDataConsumer",
      dataConsumerId: dataConsumer.id,
      dataProducerId: dataConsumer.dataProducerId,
      label,
      sctpStreamParameters,
    });
  }
}
