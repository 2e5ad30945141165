import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ControlMessage, type ToolMessage, toolMessageSchema } from "@/protocol/control";
import { MachineError } from "../machine/machine";
import { monitor, RecordingMachine } from "../testing/recording-machine";
import { ControlEngine } from "./control-engine";

type Unnumbered<T> = T extends unknown ? Omit<T, "sequence"> : never;

let machine: RecordingMachine;
let engine: ControlEngine;
let told: ToolMessage[];
let takenBack: number;
let sequence: number;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: [
      "setTimeout",
      "clearTimeout",
      "setInterval",
      "clearInterval",
      "setImmediate",
      "clearImmediate",
      "performance",
    ],
  });
  machine = new RecordingMachine();
  told = [];
  takenBack = 0;
  sequence = 0;
  engine = new ControlEngine({
    machine,
    version: "1.2.3",
    onTool: (message) => told.push(message),
    onPhase: () => {},
    onTakenBack: () => {
      takenBack += 1;
    },
  });
});

afterEach(() => {
  engine.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function permit(): void {
  engine.setPermitted(true);
}

function move(x: number, y: number, number = ++sequence): void {
  engine.move({ type: "move", sequence: number, x, y });
}

function say(message: Unnumbered<ControlMessage>): void {
  sequence += 1;
  engine.control({ ...message, sequence } as ControlMessage);
}

function key(code: string, down: boolean): void {
  say({ type: "key", code, down });
}

/** One turn of the event loop. */
function turn(): void {
  vi.advanceTimersByTime(0);
}

function phases(): string[] {
  return told.flatMap((message) => (message.type === "state" ? [message.state.phase] : []));
}

test("nothing is injected without the permission, whatever comes", () => {
  move(0.5, 0.5);
  say({ type: "button", button: 0, down: true, x: 0.5, y: 0.5 });
  say({ type: "wheel", x: 0.5, y: 0.5, deltaX: 0, deltaY: 10 });
  key("KeyA", true);
  say({ type: "text", text: "漢字" });
  say({ type: "combination", codes: ["ControlLeft", "KeyC"] });
  turn();
  vi.advanceTimersByTime(5_000);
  expect(machine.take()).toEqual([]);
  permit();
  move(0.5, 0.5);
  expect(machine.take()).toEqual(["move 500,250"]);
});

test("the latest move of a turn wins, and one older than a button is dropped", () => {
  permit();
  move(0.1, 0);
  move(0.2, 0);
  move(0.3, 0);
  expect(machine.take()).toEqual(["move 100,0"]);
  turn();
  expect(machine.take()).toEqual(["move 300,0"]);
  turn();
  move(0.9, 0, 50);
  turn();
  machine.take();
  engine.control({ type: "button", sequence: 60, button: 0, down: true, x: 0.4, y: 0.4 });
  move(0.7, 0, 55);
  turn();
  expect(machine.take()).toEqual(["move 400,200", "button 0 down"]);
  move(0.7, 0, 61);
  expect(machine.take()).toEqual(["move 700,0"]);
});

test("a waiting move is carried out before a key, and dropped by a button", () => {
  permit();
  move(0.1, 0);
  move(0.2, 0);
  key("KeyA", true);
  expect(machine.take()).toEqual(["move 100,0", "move 200,0", "key KeyA down"]);
  turn();
  move(0.3, 0);
  move(0.4, 0);
  say({ type: "wheel", x: 0.5, y: 0, deltaX: 1, deltaY: -2.5 });
  turn();
  expect(machine.take()).toEqual(["move 300,0", "move 500,0", "scroll 1,-2.5"]);
});

test("buttons, drags, repeated keys, text and combinations", () => {
  permit();
  say({ type: "button", button: 2, down: true, x: 0, y: 0 });
  say({ type: "button", button: 2, down: true, x: 0.1, y: 0 });
  say({ type: "button", button: 2, down: false, x: 1, y: 1 });
  say({ type: "button", button: 2, down: false, x: 1, y: 1 });
  expect(machine.take()).toEqual([
    "move 0,0",
    "button 2 down",
    "move 100,0",
    "move 999,499",
    "button 2 up",
    "move 999,499",
  ]);
  key("KeyA", true);
  key("KeyA", true);
  key("KeyA", false);
  key("KeyB", false);
  key("Unidentified", true);
  expect(machine.take()).toEqual(["key KeyA down", "key KeyA down", "key KeyA up"]);
  key("ShiftLeft", true);
  say({ type: "text", text: "あ" });
  expect(machine.take()).toEqual(["key ShiftLeft down", "key ShiftLeft up", "type あ", "key ShiftLeft down"]);
  say({ type: "combination", codes: ["ShiftLeft", "ControlLeft", "Escape"] });
  expect(machine.take()).toEqual([
    "key ControlLeft down",
    "key Escape down",
    "key Escape up",
    "key ControlLeft up",
  ]);
  expect([...machine.held]).toEqual(["ShiftLeft"]);
});

test.each([
  ["the console lost the keyboard", () => say({ type: "releaseAll" })],
  ["the permission was taken back", () => engine.setPermitted(false)],
  ["the operator is gone", () => engine.operatorLeft()],
  ["a console is there anew", () => engine.operatorJoined()],
  ["the tool closes", () => engine.close()],
  [
    "the customer moves the mouse",
    () => {
      machine.place = { x: 40, y: 40 };
      vi.advanceTimersByTime(50);
    },
  ],
  [
    "the desktop is locked",
    () => {
      machine.standsInTheWay = "locked";
      vi.advanceTimersByTime(1_100);
    },
  ],
  ["nothing is heard for long", () => vi.advanceTimersByTime(31_000)],
])("nothing stays pressed when %s", (_why, happens) => {
  permit();
  key("ControlLeft", true);
  key("KeyA", true);
  say({ type: "button", button: 0, down: true, x: 0, y: 0 });
  expect(machine.held.size).toBe(3);
  happens();
  expect([...machine.held]).toEqual([]);
});

test("a key that does not repeat any more comes up, a modifier stays for a while", () => {
  permit();
  key("ShiftLeft", true);
  key("KeyA", true);
  vi.advanceTimersByTime(2_000);
  key("KeyA", true);
  vi.advanceTimersByTime(2_000);
  expect(machine.held.size).toBe(2);
  vi.advanceTimersByTime(2_000);
  expect([...machine.held]).toEqual(["ShiftLeft"]);
});

test("what the system does not let go of is let go of later", () => {
  permit();
  key("KeyA", true);
  machine.refusal = new MachineError("locked", "the desktop is locked");
  engine.setPermitted(false);
  expect([...machine.held]).toEqual(["KeyA"]);
  machine.refusal = null;
  vi.advanceTimersByTime(1_100);
  expect([...machine.held]).toEqual([]);
});

test("the customer's mouse pauses the operator until it has rested for a second", () => {
  permit();
  move(0.5, 0.5);
  vi.advanceTimersByTime(100);
  expect(phases()).not.toContain("paused");
  for (const x of [510, 520, 530]) {
    machine.place = { x, y: 250 };
    vi.advanceTimersByTime(40);
  }
  machine.take();
  expect(phases().at(-1)).toBe("paused");
  vi.advanceTimersByTime(850);
  move(0.1, 0.1);
  key("KeyA", true);
  turn();
  expect(machine.take()).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(phases().at(-1)).toBe("ready");
  move(0.1, 0.1);
  expect(machine.take()).toEqual(["move 100,50"]);
  vi.advanceTimersByTime(2_000);
  expect(phases().at(-1)).toBe("ready");
});

test("Esc three times by the customer ends control, by the operator not", () => {
  permit();
  const tap = (press: (down: boolean) => void) => {
    press(true);
    vi.advanceTimersByTime(100);
    press(false);
    vi.advanceTimersByTime(100);
  };
  for (let times = 0; times < 4; times++) {
    tap((down) => {
      key("Escape", down);
      machine.escapeIsDown = down;
    });
  }
  expect(takenBack).toBe(0);
  vi.advanceTimersByTime(2_000);
  const customer = (down: boolean) => {
    machine.escapeIsDown = down;
  };
  tap(customer);
  tap(customer);
  vi.advanceTimersByTime(1_500);
  tap(customer);
  expect(takenBack).toBe(0);
  key("KeyA", true);
  tap(customer);
  tap(customer);
  expect(takenBack).toBe(1);
  expect(machine.held.size).toBe(0);
  machine.take();
  key("KeyB", true);
  expect(machine.take()).toEqual([]);
});

test("after a rest, in which nobody looks closely, the customer's mouse still comes before the operator's first move", () => {
  permit();
  vi.advanceTimersByTime(60_000);
  machine.place = { x: 700, y: 400 };
  move(0.1, 0.1);
  say({ type: "button", button: 0, down: true, x: 0.1, y: 0.1 });
  expect(machine.take()).toEqual([]);
  expect(told.at(-1)).toMatchObject({ state: { phase: "paused" } });
  vi.advanceTimersByTime(1_100);
  move(0.1, 0.1);
  expect(machine.take()).toEqual(["move 100,50"]);
});

test("a system that tells of the customer's hands by itself is not asked for them", () => {
  machine.tellsOfCustomer = true;
  permit();
  move(0.5, 0.5);
  vi.advanceTimersByTime(4_000);
  machine.pointerReads = 0;
  vi.advanceTimersByTime(10_000);
  // With the survey alone.
  expect(machine.pointerReads).toBe(5);

  // An injected move may be told too; the customer's own one pauses at once, with no look in between.
  told = [];
  machine.tellOfCustomer();
  expect(told).toEqual([]);
  vi.advanceTimersByTime(4_000);
  machine.place = { x: 900, y: 10 };
  machine.tellOfCustomer();
  expect(told.at(-1)).toMatchObject({ state: { phase: "paused" } });
  vi.advanceTimersByTime(1_100);
  expect(told.at(-1)).toMatchObject({ state: { phase: "ready" } });

  // Its second and third press are looked for.
  vi.advanceTimersByTime(4_000);
  for (let press = 0; press < 3; press += 1) {
    machine.escapeIsDown = true;
    machine.tellOfCustomer();
    vi.advanceTimersByTime(100);
    machine.escapeIsDown = false;
    vi.advanceTimersByTime(100);
  }
  expect(takenBack).toBe(1);
  expect(machine.onCustomer).toBeNull();
});

test("an obstacle is told, and its end", () => {
  permit();
  machine.standsInTheWay = "secure_prompt";
  vi.advanceTimersByTime(1_100);
  expect(told.at(-1)).toMatchObject({ state: { phase: "blocked", obstacle: "secure_prompt" } });
  move(0.5, 0.5);
  expect(machine.take()).toEqual([]);
  machine.standsInTheWay = null;
  vi.advanceTimersByTime(1_100);
  expect(phases().at(-1)).toBe("ready");
  machine.refusal = new Error("BadAccess");
  move(0.6, 0.6);
  expect(told.at(-1)).toMatchObject({ state: { phase: "blocked", obstacle: "failed" } });
  machine.refusal = null;
  vi.advanceTimersByTime(1_100);
  expect(phases().at(-1)).toBe("ready");
});

test("applied sequences are told at most ten times a second, the last one always", () => {
  permit();
  told = [];
  for (let at = 0; at < 50; at++) {
    move(at / 100, 0);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(200);
  const applied = told.flatMap((message) => (message.type === "applied" ? [message.sequence] : []));
  expect(applied.length).toBeGreaterThanOrEqual(4);
  expect(applied.length).toBeLessThanOrEqual(6);
  expect(applied.at(-1)).toBe(sequence);
});

test("a console that is there anew counts from the beginning and hears how things are", () => {
  permit();
  move(0.5, 0.5, 900);
  turn();
  told = [];
  engine.operatorJoined();
  expect(told).toHaveLength(1);
  machine.take();
  move(0.1, 0.1, 1);
  expect(machine.take()).toEqual(["move 100,50"]);
  vi.advanceTimersByTime(200);
  expect(told.at(-1)).toEqual({ type: "applied", sequence: 1 });
});

test("the monitor follows the picture, the operator's word, and what is plugged in", () => {
  machine.shown = [
    monitor(),
    monitor({ monitorId: "m2", x: 1000, width: 800, height: 600, isPrimary: false }),
  ];
  permit();
  vi.advanceTimersByTime(1_100);
  say({ type: "picture", width: 800, height: 600 });
  move(0.5, 0.5);
  turn();
  expect(told.findLast((message) => message.type === "state")).toMatchObject({
    monitorId: "m2",
    version: "1.2.3",
  });
  say({ type: "monitor", monitorId: "m1" });
  move(0.5, 0.5);
  turn();
  // Of the same shape, only smaller: the operator's choice stands. Of another one: it is another monitor.
  say({ type: "picture", width: 500, height: 250 });
  move(0.6, 0.5);
  turn();
  say({ type: "picture", width: 800, height: 600 });
  move(0.5, 0.5);
  turn();
  machine.shown = [monitor({ width: 2000 })];
  vi.advanceTimersByTime(1_100);
  move(0.5, 0.5);
  expect(machine.take()).toEqual([
    "move 1400,300",
    "move 500,250",
    "move 600,250",
    "move 1400,300",
    "move 1000,250",
  ]);
});

test("the customer's browser says which of two monitors of one size is shared; the operator's word stands above it", () => {
  const [left, right] = [
    { ...monitor({ monitorId: "left", name: "left" }), captureId: 238 },
    { ...monitor({ monitorId: "right", name: "right", x: 1000, isPrimary: false }), captureId: 239 },
  ];
  const shared = () => told.findLast((message) => message.type === "state")?.monitorId;
  const share = (captureId: number) => engine.setSurface({ kind: "monitor", captureId, name: null });
  machine.shown = [left, right];
  permit();
  say({ type: "picture", width: 1000, height: 500 });
  expect(shared()).toBe("left");
  share(239);
  expect(shared()).toBe("right");
  // What only this machine needs to know stays here.
  expect(told.every((message) => toolMessageSchema.safeParse(message).success)).toBe(true);
  say({ type: "monitor", monitorId: "left" });
  share(239);
  expect(shared()).toBe("left");
  // Another one is shared, of which the operator has said nothing.
  share(238);
  share(239);
  expect(shared()).toBe("right");
  // It is turned and put to the left of the other one, and the picture is the first to tell.
  machine.shown = [left, { ...right, x: -500, y: -250, width: 500, height: 1000 }];
  say({ type: "picture", width: 500, height: 1000 });
  move(0.5, 0.5);
  turn();
  expect(machine.take()).toEqual(["move -250,250"]);
  // It is unplugged, and comes back.
  machine.shown = [left];
  vi.advanceTimersByTime(1_100);
  expect(shared()).toBe("left");
  machine.shown = [left, right];
  vi.advanceTimersByTime(1_100);
  say({ type: "picture", width: 1000, height: 500 });
  expect(shared()).toBe("right");
});

test("without the permission nobody is watched, and no timer runs", () => {
  expect(vi.getTimerCount()).toBe(0);
  permit();
  engine.setPermitted(false);
  const before = machine.pointerReads;
  vi.advanceTimersByTime(5_000);
  expect(machine.pointerReads).toBe(before);
  expect(vi.getTimerCount()).toBe(0);
});

test("nobody answers the customer's question with the customer's mouse: input waits until it is answered", () => {
  permit();
  key("ShiftLeft", true);
  engine.setQuestioned(true);
  expect(phases().at(-1)).toBe("questioned");
  expect(machine.take()).toEqual(["key ShiftLeft down", "key ShiftLeft up"]);
  move(0.5, 0.5);
  say({ type: "button", button: 0, down: true, x: 0.5, y: 0.5 });
  key("Enter", true);
  say({ type: "text", text: "yes" });
  vi.advanceTimersByTime(5_000);
  expect(machine.take()).toEqual([]);
  engine.setQuestioned(false);
  expect(phases().at(-1)).toBe("ready");
  key("Enter", true);
  expect(machine.take()).toEqual(["key Enter down"]);
});
