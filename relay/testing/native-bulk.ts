import type { DataChannel } from "node-datachannel";
import { NativeTransport } from "./native-peer";
import type { SignallingClient } from "./signalling-client";

const FILE_STREAM_ID = 120;

/** A side's transports for the channel `file`, and the channel each way. */
export class NativeBulk {
  readonly #transports: readonly NativeTransport[];
  readonly #sending: DataChannel;
  readonly #receiving: DataChannel;

  private constructor(transports: readonly NativeTransport[], sending: DataChannel, receiving: DataChannel) {
    this.#transports = transports;
    this.#sending = sending;
    this.#receiving = receiving;
  }

  /** Opens this side; resolves when the other one has done so too. */
  static async open(client: SignallingClient): Promise<NativeBulk> {
    const { sendTransport, recvTransport } = await client.request("openBulkTransports", {});
    const [sendWay, recvWay] = await Promise.all([
      NativeTransport.connect(client, sendTransport, "SendOnly"),
      NativeTransport.connect(client, recvTransport, "RecvOnly"),
    ]);
    const sending = await sendWay.openChannel("file", FILE_STREAM_ID, { ordered: true });
    await client.request("produceData", {
      label: "file",
      sctpStreamParameters: { streamId: FILE_STREAM_ID, ordered: true },
    });
    const { sctpStreamParameters } = await client.notified("newDataConsumer", (one) => one.label === "file");
    const receiving = await recvWay.openChannel("file", sctpStreamParameters.streamId, { ordered: true });
    return new NativeBulk([sendWay, recvWay], sending, receiving);
  }

  get bufferedBytes(): number {
    return this.#sending.bufferedAmount();
  }

  send(frame: Uint8Array): void {
    this.#sending.sendMessageBinary(Buffer.from(frame));
  }

  onMessage(hear: (message: ArrayBuffer) => void): void {
    // A copy: the library's memory is its own.
    this.#receiving.onMessage((message) => {
      if (typeof message !== "string") hear(Uint8Array.from(new Uint8Array(message)).buffer);
    });
  }

  /** @param lowBytes tells when so many or fewer wait in the sending channel */
  onDrained(lowBytes: number, hear: () => void): void {
    this.#sending.setBufferedAmountLowThreshold(lowBytes);
    this.#sending.onBufferedAmountLow(hear);
  }

  close(): void {
    for (const transport of this.#transports) transport.close();
  }
}
