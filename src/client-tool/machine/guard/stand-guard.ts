import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Machine } from "../machine";
import { type GuardLine, type Held, readGuardLine } from "./held-line";

/** A locked screen or a question of the system lets nothing through: it is tried again for so long. */
const TRY_EVERY_MS = 1_000;
const TRIES = 60;

type Releasing = Pick<Machine, "pressKey" | "pressButton" | "close">;

interface GuardOptions {
  /** Of the process that is guarded: ends when that does. */
  input: Readable;
  /** Not called before there is something to let go of. */
  openMachine: () => Promise<Releasing>;
  tryEveryMs?: number;
}

/**
 * Waits for the end of the process that holds things down, and lets go of them if that has not done so.
 *
 * @returns whether that process ended without a word
 */
export async function standGuard({
  input,
  openMachine,
  tryEveryMs = TRY_EVERY_MS,
}: GuardOptions): Promise<boolean> {
  let last: GuardLine = { is: "held", held: { keys: [], buttons: [] } };
  for await (const line of createInterface({ input })) last = readGuardLine(line);
  if (last.is === "over") return false;
  const { keys, buttons } = last.held;
  if (keys.length + buttons.length > 0) await letGo(last.held, await openMachine(), tryEveryMs);
  return true;
}

async function letGo({ keys, buttons }: Held, machine: Releasing, tryEveryMs: number): Promise<void> {
  try {
    // The last that went down comes up first.
    let left = [
      ...[...keys].reverse().map((code) => () => void machine.pressKey(code, false)),
      ...buttons.map((button) => () => machine.pressButton(button, false)),
    ];
    for (let tries = 0; tries < TRIES && left.length > 0; tries += 1) {
      if (tries > 0) await pause(tryEveryMs);
      left = left.filter((release) => !isDone(release));
    }
  } finally {
    machine.close();
  }
}

/** @returns false when the system refused */
function isDone(release: () => void): boolean {
  try {
    release();
    return true;
  } catch {
    return false;
  }
}
