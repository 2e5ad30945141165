import { fileURLToPath } from "node:url";
import { GuardProcess } from "../guard-process";
import { HeldDown } from "../held-down";

// A program that holds things down under a guard, and ends when it is told to, or is killed.
const recorder = fileURLToPath(new URL("recording-guard.ts", import.meta.url));
const guard = new GuardProcess([process.execPath, "--import", "tsx", recorder, process.argv[2] ?? ""]);
const held = new HeldDown(guard);
const nothing = () => {};
held.key("ShiftLeft", true, nothing);
held.key("KeyA", true, nothing);
held.key("KeyB", true, nothing);
held.key("KeyA", false, nothing);
held.button(2, true, nothing);
process.on("message", () => {
  held.key("KeyB", false, nothing);
  held.key("ShiftLeft", false, nothing);
  held.button(2, false, nothing);
  guard.close();
  process.disconnect();
});
process.send?.("held");
