// Tries the Windows machine and the tool's window on a real desktop, Windows' own or Wine's, and prints what was right and what was not.
// It moves the mouse, types into Notepad, and overwrites the clipboard. How to run it: src/client-tool/README.md.
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import koffi from "koffi";
import { readDevice } from "../../../device/read-device";
import { readSystemProxy } from "../../../network/system-proxy/read-system-proxy";
import { openWindowsToolWindow } from "../../../window/windows/windows-tool-window";
import { declareHere, HANDLE, type Handle, RECT, type Rect } from "../win32";
import { openWindowsMachine } from "../windows-machine";

const TEXT = `echo "Aa_>|~\\" '漢字' 🙂" > file\n\tnext`;
const PATIENCE_MS = 10_000;
/** Twice as long as input may take to be told. */
const SOON_MS = 500;

const texts = {
  title: "Trial",
  question: "Aoi Sato of Demo Support wants to control this computer.",
  details: "This is a trial.",
  yes: "Yes",
  no: "No",
  controlling: "Aoi Sato can control this computer.",
  stop: "Stop",
  close: "Close",
};

const findWindow = declareHere("user32.dll", "FindWindowW", HANDLE, ["str16", "str16"]) as (
  className: string | null,
  title: string | null,
) => Handle;
const windowRect = declareHere("user32.dll", "GetWindowRect", "int", [
  HANDLE,
  koffi.out(koffi.pointer(RECT)),
]) as (window: Handle, rect: Partial<Rect>) => number;
const foreground = declareHere("user32.dll", "GetForegroundWindow", HANDLE, []) as () => Handle;

const machine = openWindowsMachine();
let failures = 0;

await tryMachine();
await tryWindow();
await tryNotepad();
report("proxy", true, await readSystemProxy());
report("device", (await readDevice()).osName.startsWith("Windows"), await readDevice());
machine.close();
console.log(failures === 0 ? "Everything was right." : `${failures} things were wrong.`);
process.exitCode = failures === 0 ? 0 : 1;

async function tryMachine(): Promise<void> {
  const monitors = machine.monitors();
  report("monitors", monitors.filter(({ isPrimary }) => isPrimary).length === 1, monitors);
  const numbers = new Set(monitors.flatMap(({ captureId }) => captureId ?? []));
  report("every monitor is one of the display devices", numbers.size === monitors.length, [...numbers]);
  report("no obstacle", machine.obstacle() === null, machine.obstacle());
  for (const { x, y, width, height, monitorId } of monitors) {
    const places = [
      [0, 0],
      [1, 1],
      [width - 1, height - 1],
      [width >> 1, 7],
      [333, height >> 1],
    ] as const;
    for (const [right, down] of places) {
      machine.movePointer(x + right, y + down);
      const isThere = await comesTrue(
        () => machine.pointer().x === x + right && machine.pointer().y === y + down,
      );
      report(`pointer ${monitorId} ${right},${down}`, isThere, machine.pointer());
    }
  }
  let isTold = false;
  machine.awaitCustomer?.(() => {
    isTold = true;
  });
  await pause(SOON_MS);
  report("nothing is told while nothing happens", !isTold, null);
  machine.movePointer(5, 5);
  report("input is told", await comesTrue(() => isTold), null);
  await machine.writeClipboard(TEXT);
  report("clipboard", (await machine.readClipboard()) === TEXT, await machine.readClipboard());
  machine.pressKey("Escape", true);
  report("own Esc", !machine.isEscapeDown(), null);
  machine.pressKey("Escape", false);
  // Windows still remembers the press once; after that the customer's own would count.
  machine.isEscapeDown();
  report("own Esc is forgotten", !machine.isEscapeDown(), null);
}

async function tryWindow(): Promise<void> {
  const window = await openWindowsToolWindow("en");
  window.showProgress("Connecting…");
  const yes = window.ask(texts);
  await inFront();
  // Alone they may have been meant for another program, and answer nothing.
  press("Enter");
  press("Tab");
  press("Space");
  report("Tab and Space is Yes", await yes, null);
  const no = window.ask(texts);
  await inFront();
  press("Tab");
  press("Space");
  report("Tab once more and Space is No", !(await no), null);
  const escaped = window.ask(texts);
  await inFront();
  press("Escape");
  report("Esc is No", !(await escaped), null);
  let isStopped = false;
  window.showControl(texts, () => {
    isStopped = true;
  });
  const rect: Partial<Rect> = {};
  windowRect(findWindow("MadoguchiClientTool", null), rect);
  const { left = 0, right = 0, bottom = 0 } = rect;
  machine.movePointer((left + right) >> 1, bottom - 45);
  machine.pressButton(0, true);
  machine.pressButton(0, false);
  report("a click on Stop stops", await comesTrue(() => isStopped), rect);
  window.close();
  report("the window is gone", await comesTrue(() => !findWindow("MadoguchiClientTool", null)), null);
}

async function tryNotepad(): Promise<void> {
  const notepad = spawn("notepad.exe", { stdio: "ignore" });
  const window = () => findWindow("Notepad", null);
  await comesTrue(() => window() !== null);
  const rect: Partial<Rect> = {};
  windowRect(window(), rect);
  machine.movePointer((rect.left ?? 0) + 150, (rect.top ?? 0) + 150);
  machine.pressButton(0, true);
  machine.pressButton(0, false);
  report("Notepad is in front", await comesTrue(() => foreground() === window()), null);
  machine.typeText(TEXT);
  press("Enter");
  press("KeyA");
  machine.pressKey("ShiftLeft", true);
  press("KeyA");
  machine.pressKey("ShiftLeft", false);
  press("Numpad1");
  const expected = new RegExp(`^${TEXT.replaceAll(/[\\|"]/g, "\\$&")}\\n[aA]{2}1?$`);
  let copied: string | null = null;
  for (let tries = 0; tries < 20 && !expected.test(copied ?? ""); tries += 1) {
    machine.pressKey("ControlLeft", true);
    press("KeyA");
    press("KeyC");
    machine.pressKey("ControlLeft", false);
    await pause(200);
    copied = await machine.readClipboard();
  }
  report("typed into Notepad", expected.test(copied ?? ""), copied);
  notepad.kill();
}

function press(code: string): void {
  machine.pressKey(code, true);
  machine.pressKey(code, false);
}

async function inFront(): Promise<void> {
  report(
    "the window has the keyboard",
    await comesTrue(() => foreground() === findWindow("MadoguchiClientTool", null)),
    null,
  );
}

async function comesTrue(condition: () => boolean): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (condition()) return true;
    await pause(50);
  }
  return condition();
}

function report(what: string, isRight: boolean, seen: unknown): void {
  if (!isRight) failures += 1;
  console.log(`${isRight ? "ok   " : "WRONG"} ${what}${seen === null ? "" : ` ${JSON.stringify(seen)}`}`);
}
