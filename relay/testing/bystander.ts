import { type NativePeer, sentVideo, vp8Packet } from "./native-peer";
import { until } from "./until";

const FRAMES_PER_SECOND = 60;
const TICK_MS = 5;
/** What has been sent and is not there after this time is lost. */
const UNDER_WAY_MS = 500;
const RTP_HEADER_BYTES = 12;

/**
 * A session beside an attack: its customer sends frames at a steady rate, and how many of them the operator gets is what the attack
 * costs. The rate is kept by the clock: a test process that is busy sends a moment later and not less.
 */
export class Bystander {
  readonly #customer: NativePeer;
  readonly #operator: NativePeer;
  readonly #ssrc: number | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAtMs = performance.now();
  #sent = 0;
  #counted = 0;
  #seen = 0;
  #isHeld = false;

  private constructor(customer: NativePeer, operator: NativePeer, ssrc: number | undefined) {
    this.#customer = customer;
    this.#operator = operator;
    this.#ssrc = ssrc;
    this.#timer = setInterval(() => {
      try {
        this.#send(performance.now());
      } catch {
        // Its connection is gone: whoever counts its frames fails at the next one, once.
        this.close();
      }
    }, TICK_MS);
  }

  /** Resolves when the frames flow. */
  static async watch({ customer, operator }: { customer: NativePeer; operator: NativePeer }) {
    const { producerId } = await customer.client.request("produce", {
      rtpParameters: sentVideo,
      source: "screen",
    });
    const consumer = await operator.client.notified("newConsumer", (one) => one.producerId === producerId);
    await operator.client.request("resumeConsumer", { consumerId: consumer.consumerId });
    const bystander = new Bystander(customer, operator, consumer.rtpParameters.encodings?.[0]?.ssrc);
    await until("the bystander's frames flow", () => bystander.received > 0);
    return bystander;
  }

  get sent(): number {
    return this.#sent;
  }

  get received(): number {
    const { received } = this.#operator.receivingTrack;
    for (; this.#seen < received.length; this.#seen += 1) {
      if (this.#isFrame(received[this.#seen])) this.#counted += 1;
    }
    return this.#counted;
  }

  /** @returns how many frames a second arrived of those that were sent while the work was being done */
  async framesPerSecondDuring(work: () => Promise<unknown>): Promise<number> {
    const startedAtMs = performance.now();
    const before = { sent: this.#sent, received: this.received };
    await work();
    const endedAtMs = performance.now();
    this.#send(endedAtMs);
    // Nothing more until the last ones are there, so that a later frame does not stand in for one that is lost.
    this.#isHeld = true;
    const expected = this.#sent - before.sent;
    const arrived = () => this.received - before.received;
    await until("what is under way is there", () => arrived() >= expected, UNDER_WAY_MS).catch(() => {});
    this.#isHeld = false;
    return arrived() / ((endedAtMs - startedAtMs) / 1_000);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #send(nowMs: number): void {
    if (this.#isHeld) return;
    const due = ((nowMs - this.#startedAtMs) / 1_000) * FRAMES_PER_SECOND;
    for (; this.#sent < due; this.#sent += 1) {
      this.#customer.sendingTrack.send(vp8Packet({ sequence: (this.#sent + 1) % 65_536, keyFrame: true }));
    }
  }

  /** What comes beside the frames is RTCP, and what the relay probes the bandwidth with. */
  #isFrame(packet: Buffer | undefined): boolean {
    if (packet === undefined || packet.length <= RTP_HEADER_BYTES) return false;
    const type = packet[1] ?? 0;
    return (type < 192 || type > 223) && packet.readUInt32BE(8) === this.#ssrc;
  }
}
