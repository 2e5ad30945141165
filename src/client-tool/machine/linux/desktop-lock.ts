import { execFile } from "node:child_process";
import type { DesktopEnvironment } from "./environment";

/** Asking starts a program (a few milliseconds of one core), which is why it is asked seldom. */
const ASK_EVERY_MS = 5_000;
const ANSWER_LIMIT_MS = 2_000;

/**
 * Whether the desktop is locked or another user's is in front, as systemd's logind has it: GNOME, KDE and Xfce tell it. A locker that
 * tells nobody (i3lock, slock) is not noticed; the operator sees it in the picture.
 */
export class DesktopLock {
  readonly #environment: DesktopEnvironment;
  #isLocked = false;
  #isAsking = false;
  /** Where there is no logind, it is not asked again. */
  #isKnown = true;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(environment: DesktopEnvironment) {
    this.#environment = environment;
  }

  /** What the last answer was; asks for a new one if that is some seconds old. */
  isLocked(): boolean {
    const isDue = performance.now() - this.#askedAt >= ASK_EVERY_MS;
    if (isDue && this.#isKnown && !this.#isAsking) this.#ask();
    return this.#isLocked;
  }

  #ask(): void {
    this.#isAsking = true;
    this.#askedAt = performance.now();
    const session = this.#environment.XDG_SESSION_ID ?? "auto";
    const options = { env: { ...process.env, ...this.#environment }, timeout: ANSWER_LIMIT_MS };
    const args = ["show-session", session, "-p", "LockedHint", "-p", "Active"];
    execFile("loginctl", args, options, (error, output) => {
      this.#isAsking = false;
      this.#isKnown = error === null;
      this.#isLocked = error === null && /^(LockedHint=yes|Active=no)$/m.test(output);
    });
  }
}
