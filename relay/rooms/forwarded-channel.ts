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
  #permitted = false;
  #holdTimer: NodeJS.Timeout | undefined;
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
    this.#permitted = permitted;
    await this.#apply();
  }

  /** Lets nothing through for so many milliseconds, whatever is permitted. */
  hold(ms: number): void {
    if (this.#closed || this.#holdTimer !== undefined) return;
    // A worker that cannot be asked has nothing to let through either.
    const apply = () => this.#apply().catch(() => {});
    this.#holdTimer = setTimeout(() => {
      this.#holdTimer = undefined;
      void apply();
    }, ms);
    void apply();
  }

  /** Sends an empty message, which no channel has a meaning for. @returns false when nothing flows here just now */
  stir(): boolean {
    const { paused, dataProducerPaused } = this.#dataConsumer;
    if (this.#closed || paused || dataProducerPaused) return false;
    // Whether it arrives is for the receiver to see.
    this.#dataConsumer.send("").catch(() => {});
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#letGo();
    this.#dataConsumer.close();
  }

  async #apply(): Promise<void> {
    if (this.#closed) return;
    const flows = this.#permitted && this.#holdTimer === undefined;
    await (flows ? this.#dataConsumer.resume() : this.#dataConsumer.pause());
  }

  #letGo(): void {
    this.#closed = true;
    clearTimeout(this.#holdTimer);
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
