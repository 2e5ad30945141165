import type { Socket } from "node:net";
import { type FirstBytes, MAX_FIRST_BYTES, tellFirstBytes } from "./first-bytes";

/**
 * Waits until a connection has said enough to be told. What was read is put back: whoever takes the socket reads it again.
 *
 * @param timeoutMs in all, so that a client that sends a byte now and then gains nothing
 * @returns null when the time is up or the connection ended before
 */
export function awaitFirstBytes(
  socket: Socket,
  timeoutMs: number,
): Promise<Exclude<FirstBytes, { kind: "undecided" }> | null> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const settle = (told: Exclude<FirstBytes, { kind: "undecided" }> | null) => {
      clearTimeout(timer);
      socket.off("readable", read).off("end", giveUp).off("close", giveUp);
      if (bytes.length > 0 && !socket.destroyed) socket.unshift(bytes);
      resolve(told);
    };
    const giveUp = () => settle(null);
    const read = () => {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return;
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      // Whatever follows the longest thing that has to be seen is no matter of this decision.
      const told = tellFirstBytes(bytes.subarray(0, MAX_FIRST_BYTES));
      if (told.kind !== "undecided") settle(told);
    };
    const timer = setTimeout(giveUp, timeoutMs);
    socket.on("readable", read).on("end", giveUp).on("close", giveUp);
  });
}
