import type { ControlSender } from "./control-sender";

/** What is read of a keyboard event. */
export interface KeyEvent {
  readonly type: string;
  readonly code: string;
  readonly key: string;
  readonly keyCode: number;
  readonly repeat: boolean;
  readonly isComposing: boolean;
  getModifierState(key: string): boolean;
}

/** `keyCode` of a key that an input method has taken (UI Events, 9.3.1). */
const TAKEN_BY_INPUT_METHOD = 229;
/**
 * Pressed together and let go with no other key between, they give the keyboard back: with Tab and Escape gone to the customer,
 * keyboards need a way out (WCAG 2.1.2).
 */
const WAY_OUT: readonly RegExp[] = [/^Control/, /^Alt/, /^Shift/];
const MODIFIER = /^(?:Control|Alt|Shift|Meta)(?:Left|Right)$/;

interface KeyReaderOptions {
  sender: ControlSender;
  /** macOS tells of Caps Lock once when it goes on and once when it goes off, and of no key's end while Command is held. */
  isMac: boolean;
  /** Control, Alt and Shift were pressed together, and nothing else. */
  onWayOut: () => void;
}

/**
 * Turns the operator's keyboard into input for the customer's machine: physical keys where the browser names them, finished text
 * where an input method or an on-screen keyboard makes it.
 */
export class KeyReader {
  readonly #options: KeyReaderOptions;
  #isComposing = false;
  #isLeaving = false;

  constructor(options: KeyReaderOptions) {
    this.#options = options;
  }

  /** @returns whether the event is the customer's machine's alone, so that this browser must not act on it too */
  key(event: KeyEvent): boolean {
    const { sender, isMac } = this.#options;
    const isDown = event.type === "keydown";
    if (isDown && this.#isInputMethods(event)) return false;
    if (event.code === "" || event.code === "Unidentified") {
      // On-screen keyboards name no key: what they write arrives as text (see `input`).
      return false;
    }
    if (event.code === "CapsLock" && isMac) {
      sender.pressKey(event.code, true);
      sender.pressKey(event.code, false);
      return true;
    }
    // Windows writes AltGr as Control and Alt; for the machine there it is AltGr alone.
    const isAltGraph = event.code === "AltRight" && event.getModifierState("AltGraph");
    if (isDown && isAltGraph) sender.pressKey("ControlLeft", false);
    sender.pressKey(event.code, isDown, event.repeat);
    if (!isDown && isMac && event.code.startsWith("Meta")) this.#releaseLetters();
    if (isDown && !event.repeat) {
      this.#isLeaving = this.#isWayOut();
    } else if (!isDown && this.#isLeaving) {
      this.#isLeaving = false;
      sender.releaseAll();
      this.#options.onWayOut();
    }
    return true;
  }

  compositionStarted(): void {
    this.#isComposing = true;
  }

  /** @param text what the input method has made; empty when it was given up */
  compositionEnded(text: string): void {
    this.#isComposing = false;
    this.#options.sender.type(text);
  }

  /** Text that came without a key: an on-screen keyboard, an emoji panel, dictation. @returns whether it was taken */
  input(text: string | null): boolean {
    // What an input method is still working on comes whole when it is done.
    if (this.#isComposing) return false;
    if (text !== null) this.#options.sender.type(text);
    return true;
  }

  paste(text: string): void {
    this.#options.sender.type(text);
  }

  /** The keyboard is somebody else's from here on. */
  forget(): void {
    this.#isComposing = false;
    this.#isLeaving = false;
  }

  /** A dead key is none of its: the layout there makes of it what it makes. */
  #isInputMethods(event: KeyEvent): boolean {
    return event.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD || event.key === "Process";
  }

  #isWayOut(): boolean {
    const held = this.#options.sender.heldKeys;
    return (
      held.every((code) => MODIFIER.test(code)) &&
      WAY_OUT.every((wanted) => held.some((code) => wanted.test(code)))
    );
  }

  #releaseLetters(): void {
    const { sender } = this.#options;
    for (const code of sender.heldKeys) if (!MODIFIER.test(code)) sender.pressKey(code, false);
  }
}
