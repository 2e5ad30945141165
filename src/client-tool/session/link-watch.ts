import { networkInterfaces } from "node:os";
import type { LinkTransports } from "./link-transports";
import type { ToolSignalling } from "./tool-signalling";
import { type Pulse, TransportPulse } from "./transport-pulse";

/** How soon is looked again in doubt (SCTP has sent a lost packet anew by then), and how long a ping may take. */
const LOOK_AGAIN_AFTER_MS = 1_200;
const PING_TIMEOUT_MS = 4_000;

interface LinkWatchOptions {
  signalling: Pick<ToolSignalling, "request">;
  /** Null where the socket carries the channels. */
  transports: LinkTransports | null;
  lookEveryMs: number;
  /** The link is of no use any more. Called once, and the watch is over then. */
  onBroken: () => void;
}

/**
 * Looks regularly whether a link still carries anything: whether this machine's network is still the same, and the relay still there.
 * libdatachannel cannot restart ICE: a transport whose address is gone is replaced with the whole link, which takes a moment.
 */
export class LinkWatch {
  readonly #options: LinkWatchOptions;
  readonly #pulse: TransportPulse | null;
  #addresses = localAddresses();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LinkWatchOptions) {
    this.#options = options;
    const { signalling, transports, lookEveryMs } = options;
    this.#pulse = transports && new TransportPulse(signalling, transports);
    this.#lookAfter(lookEveryMs);
  }

  /** Something has come over the transports. */
  heard(): void {
    this.#pulse?.heard();
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #lookAfter(waitMs: number): void {
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), waitMs);
  }

  async #look(): Promise<void> {
    if (this.#isAddressGone()) {
      this.#break();
      return;
    }
    try {
      const pulse = await this.#feel();
      if (pulse === "gone") this.#break();
      else this.#lookAfter(pulse === "steady" ? this.#options.lookEveryMs : LOOK_AGAIN_AFTER_MS);
    } catch {
      this.#break();
    }
  }

  /** Whether this machine has lost an address that a transport uses. */
  #isAddressGone(): boolean {
    const before = this.#addresses;
    const addresses = localAddresses();
    this.#addresses = addresses;
    const { transports } = this.#options;
    if (transports === null || addresses.join() === before.join()) return false;
    return [transports.send.localAddress, transports.recv.localAddress].some(
      (address) => address && before.includes(address) && !addresses.includes(address),
    );
  }

  /** @throws AppError when the socket is silent */
  async #feel(): Promise<Pulse> {
    if (this.#pulse) return await this.#pulse.feel();
    await this.#options.signalling.request("ping", {}, { timeoutMs: PING_TIMEOUT_MS });
    return "steady";
  }

  #break(): void {
    if (this.#closed) return;
    this.close();
    this.#options.onBroken();
  }
}

function localAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .sort();
}
