import type { ControlObstacle } from "@/protocol/control";
import { type CoreGraphics, constantAddress, constantObject, type Ref } from "./core-graphics";

/** kCFStringEncodingUTF8 */
const UTF8 = 0x0800_0100;

/** Why macOS would not let input through just now. */
export class MacosObstacle {
  readonly #graphics: CoreGraphics;
  readonly #screenIsLocked: Ref;
  readonly #onConsole: Ref;
  #hasAsked = false;

  constructor(graphics: CoreGraphics) {
    this.#graphics = graphics;
    // Kept for as long as the process lives.
    this.#screenIsLocked = graphics.createString(null, "CGSSessionScreenIsLocked", UTF8);
    this.#onConsole = graphics.createString(null, "kCGSSessionOnConsoleKey", UTF8);
  }

  find(): ControlObstacle | null {
    const session = this.#graphics.copySession();
    if (!session) return "no_display";
    try {
      // The first is only there while it is locked; the second is false while another user's desktop is in front.
      if (
        this.#flag(session, this.#screenIsLocked) === true ||
        this.#flag(session, this.#onConsole) === false
      ) {
        return "locked";
      }
    } finally {
      this.#graphics.release(session);
    }
    if (this.#graphics.isTrusted()) return null;
    this.#askOnce();
    return "missing_permission";
  }

  #flag(session: Ref, key: Ref): boolean | null {
    const value = this.#graphics.dictionaryValue(session, key);
    if (!value || BigInt(this.#graphics.typeOf(value)) !== BigInt(this.#graphics.booleanType())) return null;
    return this.#graphics.booleanValue(value);
  }

  /** Has macOS show its own question, with the way to its settings. */
  #askOnce(): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    const options = this.#graphics.createDictionary(
      null,
      [constantObject("ApplicationServices", "kAXTrustedCheckOptionPrompt")],
      [constantObject("CoreFoundation", "kCFBooleanTrue")],
      1,
      constantAddress("CoreFoundation", "kCFTypeDictionaryKeyCallBacks"),
      constantAddress("CoreFoundation", "kCFTypeDictionaryValueCallBacks"),
    );
    this.#graphics.isTrustedWithOptions(options);
    this.#graphics.release(options);
  }
}
