import { type ChildProcess, spawn } from "node:child_process";
import { X11Connection } from "./x11/connection";

/**
 * What the shell does, with what is built into every one: it waits for the end of its input, whose last line names the borrowed keys, then
 * sends requests of the X protocol: XTestFakeInput (ButtonRelease, KeyRelease), ChangeKeyboardControl, ChangeKeyboardMapping. All at
 * once, as the socket is one that refuses what it has no room for, and many small pieces take much room. Then it stays for a while: a
 * server does not read to its end what a client that has gone has left.
 *
 * Its arguments: the number of the extension XTEST, in octal; the keys that repeat.
 */
const SCRIPT = String.raw`
borrowed=
while read -r line; do borrowed=$line; done
requests=
octal() { detail=$(($1 / 64))$(($1 / 8 % 8))$(($1 % 8)); }
zeros='\000\000\000\000\000\000\000\000\000\000'
release() { octal $3; requests="$requests\\$1\\002\\011\\000\\$2\\$detail$zeros$zeros$zeros"; }
one=1; while [ $one -le 9 ]; do release $1 005 $one; one=$(($one + 1)); done
one=8; while [ $one -le 255 ]; do release $1 003 $one; one=$(($one + 1)); done
for one in $2; do octal $one; requests="$requests\\146\\000\\004\\000\\300\\000\\000\\000\\$detail\\000\\000\\000\\001\\000\\000\\000"; done
for one in $borrowed; do octal $one; requests="$requests\\144\\001\\004\\000\\$detail\\002$zeros"; done
printf "$requests" >&3
sleep 5
`;
const OCTAL = 8;

/**
 * Lets go of everything when this process ends without having done so: killed, or crashed in a library. The X server keeps what was
 * pressed over XTEST when its client is gone, and the customer would be left with a mouse that drags and a keyboard that shouts.
 *
 * A shell has a connection to the X server that was opened here, and a pipe from here that ends with this process.
 */
export class LastRelease {
  readonly #connection: X11Connection;
  readonly #shell: ChildProcess;

  /**
   * @param repeating the keys that repeat while they are held, as the customer has set it
   * @throws MachineError when the X server does not answer
   */
  constructor(displayName: string, repeating: readonly number[]) {
    this.#connection = X11Connection.open(displayName);
    const { xlib, display } = this.#connection;
    const opcode = new Int32Array(1);
    xlib.queryExtension(display, "XTEST", opcode, new Int32Array(1), new Int32Array(1));
    const args = [(opcode[0] ?? 0).toString(OCTAL), repeating.join(" ")];
    this.#shell = spawn("/bin/sh", ["-c", SCRIPT, "sh", ...args], {
      // The last is descriptor 3. What the server says over it is read here, if at all.
      stdio: ["pipe", "ignore", "ignore", xlib.connectionNumber(display)],
      // In a session of its own: what a terminal sends to its programs is for this process to answer.
      detached: true,
    });
    this.#shell.unref();
    // Where there is no shell, nothing is lost but this precaution.
    this.#shell.on("error", () => {});
    this.#shell.stdin?.on("error", () => {});
  }

  /** Which keys have been given a meaning, that they are to lose then. */
  borrowed(keycodes: readonly number[]): void {
    this.#shell.stdin?.write(`${keycodes.join(" ")}\n`);
    // The server tells every client of changed meanings.
    for (const _event of this.#connection.events());
  }

  /** Everything has been let go of. Idempotent. */
  close(): void {
    this.#shell.kill("SIGKILL");
    this.#shell.stdin?.destroy();
    this.#connection.close();
  }
}
