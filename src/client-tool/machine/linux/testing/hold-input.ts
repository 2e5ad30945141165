import { openLinuxMachine } from "../linux-machine";

// A program that works on its display and is about to be killed in the middle of it.
const machine = await openLinuxMachine();
machine.movePointer(40, 50);
machine.pressKey("ShiftLeft", true);
machine.pressKey("KeyX", true);
machine.pressButton(0, true);
machine.pressButton(3, true);
machine.typeText("窓");
// Stays for as long as it is not killed.
process.on("message", () => {});
// An answer from the server comes after everything before it.
machine.pointer();
process.send?.("held");
