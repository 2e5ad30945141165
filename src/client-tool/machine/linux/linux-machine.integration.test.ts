import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { CLIPBOARD_MAX_LENGTH } from "@/protocol/control";
import { type Machine, MachineError } from "../machine";
import { openLinuxMachine } from "./linux-machine";
import { InputRecorder, type RecordedInput } from "./testing/input-recorder";
import { openXServer, type XServer } from "./testing/x-server";

const [WIDTH, HEIGHT] = [1600, 900];
/** How long something may take that happens at once on a machine with nothing else to do. */
const PATIENCE = { timeout: 20_000, interval: 10 };

describe.runIf(process.platform === "linux")("the Linux machine", () => {
  let server: XServer;
  let machine: Machine;

  beforeAll(async () => {
    server = await openXServer(WIDTH, HEIGHT);
  });

  afterAll(() => server?.close());

  beforeEach(async () => {
    await server.run("setxkbmap", "us");
    machine = await openLinuxMachine(server.environment);
  });

  afterEach(() => machine?.close());

  /** What a program has got of everything that the machine did: an answer from the server comes after the input before it. */
  const received = (recorder: InputRecorder): RecordedInput[] => {
    machine.pointer();
    return recorder.take();
  };

  describe("the pointer", () => {
    let recorder: InputRecorder;

    beforeEach(() => {
      recorder = new InputRecorder(server.name, WIDTH, HEIGHT);
    });

    afterEach(() => recorder.close());

    test("lands exactly where it is sent, on each of two monitors", async () => {
      await server.run("xrandr", "--setmonitor", "*LEFT", "800/200x900/240+0+0", "screen");
      await server.run("xrandr", "--setmonitor", "RIGHT", "800/200x600/160+800+300", "none");
      const monitors = machine.monitors();
      // By their atoms browsers tell them apart.
      const captureId = expect.any(Number);
      expect(new Set(monitors.map((monitor) => monitor.captureId)).size).toBe(2);
      expect(monitors).toEqual([
        {
          monitorId: "LEFT",
          name: "LEFT",
          x: 0,
          y: 0,
          width: 800,
          height: 900,
          scale: 1,
          isPrimary: true,
          captureId,
        },
        {
          monitorId: "RIGHT",
          name: "RIGHT",
          x: 800,
          y: 300,
          width: 800,
          height: 600,
          scale: 1,
          isPrimary: false,
          captureId,
        },
      ]);
      for (const { x, y, width, height } of monitors) {
        const places = [
          [x, y],
          [x + width - 1, y + height - 1],
          [x + 401, y + 299],
        ] as const;
        for (const [left, top] of places) {
          machine.movePointer(left, top);
          expect(machine.pointer()).toEqual({ x: left, y: top });
          expect(received(recorder).at(-1)).toMatchObject({ type: "move", x: left, y: top });
        }
      }

      await server.run("xrandr", "--delmonitor", "RIGHT");
      expect(machine.monitors().map(({ name }) => name)).toEqual(["LEFT"]);
      await server.run("xrandr", "--delmonitor", "LEFT");
      expect(machine.monitors()).toMatchObject([{ x: 0, y: 0, width: WIDTH, height: HEIGHT }]);
    });

    test("knows the desktop's scale, also when it changes", async () => {
      expect(machine.monitors()[0]?.scale).toBe(1);
      await server.run("sh", "-c", "echo 'Xft.dpi: 144' | xrdb -nocpp -merge");
      expect(machine.monitors()[0]?.scale).toBe(1.5);
      await server.run("sh", "-c", "echo 'Xft.dpi: 96' | xrdb -nocpp -merge");
    });

    test("presses every button, drags, and turns the wheel by whole notches", () => {
      machine.movePointer(10, 20);
      received(recorder);
      for (const button of [0, 1, 2, 3, 4]) {
        machine.pressButton(button, true);
        machine.pressButton(button, false);
      }
      const buttons = [1, 2, 3, 8, 9].flatMap((detail) => [down(detail), up(detail)]);
      expect(received(recorder)).toMatchObject(buttons);

      machine.pressButton(0, true);
      machine.movePointer(300, 400);
      machine.pressButton(0, false);
      expect(received(recorder)).toMatchObject([
        { type: "buttonDown", x: 10, y: 20 },
        { type: "move", x: 300, y: 400 },
        { type: "buttonUp", x: 300, y: 400 },
      ]);

      // A notch of Windows, one of Linux, two upwards at once, and one that comes in pieces; then to the right.
      for (const deltaY of [100, 120, -200, 30, 30, 30, 30]) machine.scroll(0, deltaY);
      machine.scroll(100, 0);
      machine.scroll(-100, 0);
      const notches = received(recorder).filter(({ type }) => type === "buttonDown");
      expect(notches.map(({ detail }) => detail)).toEqual([5, 5, 4, 4, 5, 7, 6]);
    });

    test("shows the customer's own moves and Esc, not what was injected", async () => {
      machine.movePointer(50, 60);
      await server.run("xdotool", "mousemove", "700", "500");
      expect(machine.pointer()).toEqual({ x: 700, y: 500 });

      for (const isDown of [true, true, false]) {
        machine.pressKey("Escape", isDown);
        machine.pointer();
        expect(machine.isEscapeDown()).toBe(false);
      }
      await server.run("xdotool", "keydown", "Escape");
      expect(machine.isEscapeDown()).toBe(true);
      expect(machine.isEscapeDown()).toBe(true);
      await server.run("xdotool", "keyup", "Escape");
      expect(machine.isEscapeDown()).toBe(false);

      // Taps that are over before anybody looks.
      await server.run("xdotool", "key", "--delay", "0", "Escape", "a", "Escape", "Escape");
      const looks = Array.from({ length: 7 }, () => machine.isEscapeDown());
      expect(looks).toEqual([true, false, true, false, true, false, false]);
    });

    test("tells of a touched mouse and of Esc, once each, and of nothing else", async () => {
      machine.movePointer(50, 60);
      let told = 0;
      const onInput = () => {
        told += 1;
      };
      expect(machine.awaitCustomer?.(onInput)).toBe(true);
      // As a mouse does it; to a place the pointer is put by programs alone.
      await server.run("xdotool", "mousemove_relative", "70", "50");
      await expect.poll(() => told, PATIENCE).toBe(1);
      await server.run("xdotool", "mousemove_relative", "7", "5");

      machine.awaitCustomer?.(onInput);
      await server.run("xdotool", "key", "a");
      await server.run("xdotool", "key", "Escape");
      await expect.poll(() => told, PATIENCE).toBe(2);
      expect([machine.isEscapeDown(), machine.isEscapeDown()]).toEqual([true, false]);

      // Nobody waits: what happens now is seen by the next look alone.
      machine.awaitCustomer?.(onInput);
      machine.awaitCustomer?.(null);
      await server.run("xdotool", "mousemove_relative", "2", "3", "key", "Escape");
      await expect.poll(() => machine.isEscapeDown(), PATIENCE).toBe(true);
      expect(told).toBe(2);
    });
  });

  describe("keys", () => {
    let recorder: InputRecorder;

    beforeEach(() => {
      recorder = new InputRecorder(server.name, WIDTH, HEIGHT);
      machine.movePointer(5, 5);
      received(recorder);
    });

    afterEach(() => recorder.close());

    test("are the physical ones: what they mean is up to the customer's layout", async () => {
      const codes = ["KeyA", "Digit2", "BracketLeft", "ShiftLeft", "IntlRo", "IntlYen", "Convert", "Numpad7"];
      const keycodes = [38, 11, 34, 50, 97, 132, 100, 79];
      for (const code of codes) {
        expect(machine.pressKey(code, true)).toBe(true);
        expect(machine.pressKey(code, false)).toBe(true);
      }
      const american = received(recorder).filter(({ type }) => type === "keyDown");
      expect(american.map(({ detail }) => detail)).toEqual(keycodes);
      expect(american[1]?.keysyms).toEqual(symbols("2@"));
      expect(american[2]?.keysyms).toEqual(symbols("[{"));

      await server.run("setxkbmap", "-model", "jp106", "-layout", "jp");
      const reader = new InputRecorder(server.name, WIDTH, HEIGHT);
      for (const code of codes) tap(machine, code);
      const japanese = received(reader).filter(({ type }) => type === "keyDown");
      reader.close();
      expect(japanese.map(({ detail }) => detail)).toEqual(keycodes);
      expect(japanese[1]?.keysyms).toEqual(symbols('2"'));
      expect(japanese[2]?.keysyms).toEqual(symbols("@`"));
      expect(japanese[4]?.keysyms).toEqual(symbols("\\_"));
      expect(machine.pressKey("NoSuchKey", true)).toBe(false);
    });

    test("repeat as the operator's do, and by themselves never", async () => {
      await server.run("xset", "r", "rate", "50", "100");
      machine.pressKey("KeyA", true);
      expect(await repeats(server, 38)).toBe(false);
      machine.pressKey("KeyA", true);
      machine.pressKey("ShiftLeft", true);
      machine.pressKey("ShiftLeft", true);
      machine.pressKey("KeyA", false);
      machine.pressKey("ShiftLeft", false);
      const [a, shift] = [38, 50];
      expect(received(recorder)).toMatchObject([
        keyDown(a),
        keyUp(a),
        keyDown(a),
        keyDown(shift),
        keyUp(a),
        keyUp(shift),
      ]);
      expect(await repeats(server, 38)).toBe(true);
    });

    test("and buttons that are held are let go at the end", async () => {
      machine.pressKey("ControlLeft", true);
      machine.pressKey("KeyX", true);
      machine.pressButton(0, true);
      machine.close();
      machine.close();
      const ends = recorder.take().filter(({ type }) => type === "keyUp" || type === "buttonUp");
      expect(ends.map(({ detail }) => detail).sort((one, other) => one - other)).toEqual([1, 37, 53]);
      expect(await repeats(server, 53)).toBe(true);
    });

    test("and what else was changed are let go when the process is killed", async () => {
      await server.run("xset", "-r", "57");
      const before = await server.run("xmodmap", "-pke");
      const [x, n] = [53, 57];
      const program = fork(fileURLToPath(new URL("testing/hold-input.ts", import.meta.url)), {
        env: server.environment,
        execArgv: ["--import", "tsx"],
      });
      await once(program, "message");
      expect(recorder.take().filter(({ type }) => type === "buttonDown")).toHaveLength(2);
      expect(await server.run("xmodmap", "-pke")).not.toBe(before);
      expect(await repeats(server, x)).toBe(false);

      program.kill("SIGKILL");
      const ends: number[] = [];
      await vi.waitFor(() => {
        for (const { type, detail } of recorder.take()) if (type.endsWith("Up")) ends.push(detail);
        expect(ends.filter((one) => [1, 8, 50, x].includes(one))).toEqual([1, 8, 50, x]);
      }, PATIENCE);
      await vi.waitFor(async () => expect(await server.run("xmodmap", "-pke")).toBe(before), PATIENCE);
      expect(await repeats(server, x)).toBe(true);
      expect(await repeats(server, n)).toBe(false);
      await server.run("xset", "r", "57");
    });
  });

  describe("text", () => {
    let directory: string;
    const file = (name: string): Promise<string> => readFile(path.join(directory, name), "utf8");

    beforeAll(async () => {
      directory = await mkdtemp(path.join(os.tmpdir(), "madoguchi-typed-"));
      server.start("xterm", "-e", `cd ${directory} && echo > ready && exec bash --norc`);
      await vi.waitFor(() => file("ready"), PATIENCE);
      await server.run("xdotool", "search", "--sync", "--onlyvisible", "--class", "xterm");
    });

    beforeEach(() => machine.movePointer(100, 100));

    afterAll(() => rm(directory, { recursive: true, force: true }));

    test.each([["us"], ["jp"]])("arrives byte for byte in a real terminal (%s)", async (layout) => {
      await server.run("setxkbmap", layout);
      machine.typeText(`echo "Aa_>|~\\" '漢字' 🙂" > ${layout}-file\n`);
      await vi.waitFor(async () => expect(await file(`${layout}-file`)).toContain("\n"), PATIENCE);
      expect(await file(`${layout}-file`)).toBe(`Aa_>|~" '漢字' 🙂\n`);
    });

    test("with more characters than there are keys to borrow arrives whole, and what follows comes after it", async () => {
      const before = await server.run("xmodmap", "-pke");
      const characters = Array.from({ length: 60 }, (_, index) => String.fromCodePoint(0x4e00 + 11 * index));
      const text = `${characters.join("")}ЯяßÉ€`;
      machine.typeText(`printf %s '${text}' > long`);
      machine.pressKey("Semicolon", true);
      machine.pressKey("Semicolon", false);
      machine.typeText("echo > written");
      machine.pressKey("Enter", true);
      machine.pressKey("Enter", false);
      await vi.waitFor(() => file("written"), PATIENCE);
      expect(await file("long")).toBe(text);
      expect(await server.run("xmodmap", "-pke")).not.toBe(before);
      machine.close();
      expect(await server.run("xmodmap", "-pke")).toBe(before);
    });

    test("is not changed by Caps Lock or a held Shift, and leaves both as they were", async () => {
      machine.pressKey("CapsLock", true);
      machine.pressKey("CapsLock", false);
      machine.pressKey("ShiftLeft", true);
      machine.typeText("echo aB漢é > caps\n");
      await vi.waitFor(async () => expect(await file("caps")).toContain("\n"), PATIENCE);
      expect(await file("caps")).toBe("aB漢é\n");
      expect(await server.run("xset", "q")).toMatch(/Caps Lock:\s+on/);
      // With both on, the key means the small letter; with Shift let go, the capital.
      for (const code of ["KeyE", "KeyC", "KeyH", "KeyO"]) tap(machine, code);
      machine.pressKey("ShiftLeft", false);
      tap(machine, "Space");
      tap(machine, "KeyA");
      machine.typeText(" > after\n");
      await vi.waitFor(async () => expect(await file("after")).toBe("A\n"), PATIENCE);
      tap(machine, "CapsLock");
      expect(await server.run("xset", "q")).toMatch(/Caps Lock:\s+off/);
    });

    test("keeps the meaning of a borrowed key while others change, for a program that is slow to look it up", async () => {
      await server.run("setxkbmap", "us");
      machine.typeText("echo '漢");
      // As it was: that, too, is told to everybody.
      await server.run("xmodmap", "-e", "keycode 38 = a A");
      machine.typeText("字' > kept\n");
      const meanings = await server.run("xmodmap", "-pke");
      for (const meaning of ["U6F22", "U5B57"]) expect(meanings).toContain(meaning);
      await vi.waitFor(async () => expect(await file("kept")).toBe("漢字\n"), PATIENCE);
    });

    test("goes on after the customer has changed the layout, whose keys are left alone", async () => {
      machine.typeText(": 漢");
      await server.run("setxkbmap", "de");
      const before = await server.run("xmodmap", "-pke");
      machine.typeText("\necho 'zY|{@~漢ü' > german\n");
      await vi.waitFor(async () => expect(await file("german")).toBe("zY|{@~漢ü\n"), PATIENCE);
      machine.close();
      expect(await server.run("xmodmap", "-pke")).toBe(before);
    });
  });

  describe("the clipboard", () => {
    test("is read from other programs, long or short, and is empty when none has it", async () => {
      const directory = await mkdtemp(path.join(os.tmpdir(), "madoguchi-clipboard-"));
      expect(await machine.readClipboard()).toBeNull();
      const short = path.join(directory, "short");
      await writeFile(short, "窓口 🙂\nline 2");
      await server.run("sh", "-c", `xclip -selection clipboard -i ${short} > /dev/null 2>&1`);
      const read = async (): Promise<string> => (await machine.readClipboard()) ?? "";
      await vi.waitFor(async () => expect(await read()).toBe("窓口 🙂\nline 2"), PATIENCE);
      // Longer than what xclip gives away at once: it comes in pieces.
      const long = path.join(directory, "long");
      await writeFile(long, "a".repeat(1_200_000));
      await server.run("sh", "-c", `xclip -selection clipboard -i ${long} > /dev/null 2>&1`);
      await vi.waitFor(
        async () => expect((await read()).length).toBeGreaterThan(CLIPBOARD_MAX_LENGTH),
        PATIENCE,
      );
      expect(await read()).toMatch(/^a+$/);
      await rm(directory, { recursive: true });
    });

    test("is given to other programs up to its full length, until they have one of their own", async () => {
      const text = "窓".repeat(CLIPBOARD_MAX_LENGTH);
      await machine.writeClipboard(text);
      expect(await machine.readClipboard()).toBe(text);
      expect(await server.run("xclip", "-selection", "clipboard", "-o")).toBe(text);
      expect(await server.run("xclip", "-selection", "clipboard", "-o", "-t", "TARGETS")).toContain(
        "UTF8_STRING",
      );
      await server.run("sh", "-c", "printf theirs | xclip -selection clipboard -i > /dev/null 2>&1");
      // xclip is back before what it asked of the server has been sent.
      await vi.waitFor(async () => expect(await machine.readClipboard()).toBe("theirs"), PATIENCE);
    });
  });

  describe("what stands in the way", () => {
    test("is nothing on an X11 desktop", () => {
      expect(machine.obstacle()).toBeNull();
    });

    test("is Wayland, or that there is no display", async () => {
      const wayland = await openLinuxMachine({ ...server.environment, XDG_SESSION_TYPE: "wayland" });
      expect(wayland.obstacle()).toBe("wayland");
      wayland.close();
      await expect(openLinuxMachine({ WAYLAND_DISPLAY: "wayland-0" })).rejects.toMatchObject({
        obstacle: "wayland",
      });
      await expect(openLinuxMachine({})).rejects.toMatchObject({ obstacle: "no_display" });
      await expect(openLinuxMachine({ DISPLAY: ":65000" })).rejects.toMatchObject({ obstacle: "no_display" });
    });

    test("is a locked desktop, as logind says", async () => {
      const directory = await mkdtemp(path.join(os.tmpdir(), "madoguchi-logind-"));
      const loginctl = path.join(directory, "loginctl");
      await writeFile(loginctl, "#!/bin/sh\necho LockedHint=yes\necho Active=yes\n");
      await chmod(loginctl, 0o755);
      const PATH = `${directory}:${process.env.PATH}`;
      const locked = await openLinuxMachine({ ...server.environment, PATH });
      await vi.waitFor(() => expect(locked.obstacle()).toBe("locked"), PATIENCE);
      locked.close();
      await rm(directory, { recursive: true });
    });

    test("is an X server that has gone: an error, not this process's end", async () => {
      const doomed = await openXServer();
      const lost = await openLinuxMachine(doomed.environment);
      await lost.writeClipboard("text");
      lost.pressKey("KeyA", true);
      expect(lost.obstacle()).toBeNull();
      doomed.kill();
      await vi.waitFor(() => expect(lost.obstacle()).toBe("no_display"), PATIENCE);
      expect(() => lost.movePointer(1, 1)).toThrow(MachineError);
      expect(() => lost.pointer()).toThrow(MachineError);
      expect(lost.monitors()).toEqual([]);
      await expect(lost.readClipboard()).rejects.toThrow(MachineError);
      lost.close();
    });
  });
});

function tap(machine: Machine, code: string): void {
  machine.pressKey(code, true);
  machine.pressKey(code, false);
}

function symbols(characters: string): number[] {
  return [...characters].map((character) => character.codePointAt(0) ?? 0);
}

const down = (detail: number) => ({ type: "buttonDown", detail });
const up = (detail: number) => ({ type: "buttonUp", detail });
const keyDown = (detail: number) => ({ type: "keyDown", detail });
const keyUp = (detail: number) => ({ type: "keyUp", detail });

/** Whether the X server itself repeats a key: xset prints a bit for each, the lowest first. */
async function repeats(server: XServer, keycode: number): Promise<boolean> {
  const lines =
    (await server.run("xset", "q")).match(/auto repeating keys:\s+((?:[0-9a-f]{16}\s+){4})/)?.[1] ?? "";
  const bytes = Buffer.from(lines.replace(/\s/g, ""), "hex");
  return ((bytes[keycode >> 3] ?? 0) & (1 << (keycode & 7))) !== 0;
}
