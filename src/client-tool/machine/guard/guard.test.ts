import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { MachineError } from "../machine";
import { HeldDown } from "./held-down";
import { readGuardLine } from "./held-line";
import { standGuard } from "./stand-guard";

test("it tries again what the system refuses", async () => {
  const input = new PassThrough();
  const released: string[] = [];
  let refusals = 2;
  const standing = standGuard({
    input,
    tryEveryMs: 1,
    openMachine: async () => ({
      pressKey: (code) => {
        if (code === "KeyA" && refusals-- > 0) throw new MachineError("locked", "not now");
        released.push(code);
        return true;
      },
      pressButton: (button) => released.push(String(button)),
      close: () => released.push("closed"),
    }),
  });
  input.end("KeyA KeyB 0\n");
  expect(await standing).toBe(true);
  expect(released).toEqual(["KeyB", "0", "KeyA", "closed"]);
});

test("what goes down is told before, and what comes up after; what is refused may be down", () => {
  const told: string[] = [];
  const guard = {
    start: () => {},
    tell: (held: HeldDown) => void told.push([...held.keys, ...held.buttons].join()),
    close: () => {},
  };
  const held = new HeldDown(guard);
  const refuse = () => {
    throw new MachineError("locked", "not now");
  };
  expect(() => held.key("KeyA", true, refuse)).toThrow(MachineError);
  expect(told).toEqual(["KeyA"]);
  held.button(0, true, () => told.push("pressed"));
  held.button(0, true, () => told.push("again"));
  expect(() => held.key("KeyA", false, refuse)).toThrow(MachineError);
  held.key("KeyA", false, () => told.push("released"));
  expect(told).toEqual(["KeyA", "KeyA,0", "pressed", "again", "released", "0"]);
});

test("a line that nobody wrote holds nothing", () => {
  expect(readGuardLine("")).toEqual({ is: "held", held: { keys: [], buttons: [] } });
});
