import type { DataConsumer, DataProducer } from "mediasoup/types";
import type { SignallingNotification } from "@/protocol/signalling";

interface ForwardedChannelOptions {
  dataConsumer: DataConsumer;
  dataProducer: DataProducer;
  notify: (notification: SignallingNotification) => void;
  onClosed: () => void;
}

/**
 * One data channel on its way to the other side. A revoked permission pauses it here, in the relay, where no changed page
 * can get around it; messages that come meanwhile are dropped, not kept.
 */
export class ForwardedChannel {
  readonly #dataConsumer: DataConsumer;
  readonly #dataProducer: DataProducer;
  readonly #notify: (notification: SignallingNotification) => void;
  readonly #onClosed: () => void;
  #closed = false;

  /** @param options.dataConsumer must have been created paused */
  constructor({ dataConsumer, dataProducer, notify, onClosed }: ForwardedChannelOptions) {
    this.#dataConsumer = dataConsumer;
    this.#dataProducer = dataProducer;
    this.#notify = notify;
    this.#onClosed = onClosed;
    dataProducer.observer.once("close", this.#producerClosed);
  }

  async setPermitted(permitted: boolean): Promise<void> {
    if (this.#closed) return;
    await (permitted ? this.#dataConsumer.resume() : this.#dataConsumer.pause());
  }

  close(): void {
    if (this.#closed) return;
    this.#letGo();
    this.#dataConsumer.close();
  }

  #letGo(): void {
    this.#closed = true;
    this.#dataProducer.observer.off("close", this.#producerClosed);
    this.#onClosed();
  }

  /** The worker closes the consumers of a producer that closes by itself. */
  readonly #producerClosed = (): void => {
    if (this.#closed) return;
    this.#letGo();
    this.#notify({
      type: "notification",
      event: "dataConsumerClosed",
      dataConsumerId: this.#dataConsumer.id,
    });
  };
}
