import { setTimeout as sleep } from "node:timers/promises";
import { HOTP, TOTP, URI } from "otpauth";

/** A server takes codes one step early, as clocks differ (RFC 6238, 5.2). */
const STEPS_EARLY = 1;

/** An authenticator app with one account in it. It never shows a code twice, as no server may take one twice. */
export class Authenticator {
  readonly #totp: TOTP;
  #lastStep: number;

  /**
   * @param uri what the QR code holds
   * @param lastStep the time step of the last code that was used, when the app goes on after another run
   */
  constructor(uri: string, lastStep = 0) {
    const parsed = URI.parse(uri);
    if (!(parsed instanceof TOTP)) throw new TypeError("The account is not one of codes by time.");
    this.#totp = parsed;
    this.#lastStep = lastStep;
  }

  get uri(): string {
    return this.#totp.toString();
  }

  get lastStep(): number {
    return this.#lastStep;
  }

  /** The next code that was not used yet; waits for its time when the last ones were used just now. */
  async nextCode(): Promise<string> {
    const step = Math.max(this.#lastStep + 1, this.#stepNow());
    while (this.#stepNow() + STEPS_EARLY < step) {
      const periodMs = this.#totp.period * 1000;
      await sleep(periodMs - (Date.now() % periodMs));
    }
    this.#lastStep = step;
    return this.#codeOf(step);
  }

  /** A code that is not right at any time near now. */
  wrongCode(): string {
    const now = this.#stepNow();
    const near = new Set([-2, -1, 0, 1, 2].map((offset) => this.#codeOf(now + offset)));
    return ["000000", "000001", "000002", "000003", "000004", "000005"].find((code) => !near.has(code)) ?? "";
  }

  #stepNow(): number {
    return Math.floor(Date.now() / 1000 / this.#totp.period);
  }

  #codeOf(step: number): string {
    const { secret, algorithm, digits } = this.#totp;
    return HOTP.generate({ secret, algorithm, digits, counter: step });
  }
}
