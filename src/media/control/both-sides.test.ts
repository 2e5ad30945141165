import { describe, expect, test, vi } from "vitest";
import type { ConsentMessage, Monitor } from "@/protocol/control";
import { CONSENTED_PERMISSIONS, type Permissions } from "@/protocol/permissions";
import type { SharedSurface } from "../capture-surface";
import type { SharedPicture } from "../session-state";
import { CustomerControl, type CustomerControlSnapshot, freshCustomerControl } from "./customer-control";
import { freshOperatorControl, OperatorControl, type OperatorControlSnapshot } from "./operator-control";

const controlled: Permissions = { ...CONSENTED_PERMISSIONS, control: true };

const laptop: Monitor = {
  ...{ monitorId: "1", name: "eDP-1", scale: 1, isPrimary: true },
  ...{ x: 0, y: 0, width: 1920, height: 1080 },
};

/** A session of the operator's that the test moves on. */
function openOperator() {
  const session = {
    connection: { phase: "live", since: new Date(0) } as const,
    permissions: CONSENTED_PERMISSIONS,
    toolPresent: false,
    control: freshOperatorControl as OperatorControlSnapshot,
  };
  const sent: string[] = [];
  const control = new OperatorControl({
    read: () => session,
    update: (snapshot) => {
      session.control = snapshot;
    },
    send: (label, message) => {
      if (label === "control" || label === "motion") sent.push(String(Reflect.get(message, "type")));
      return true;
    },
    waitingBytes: () => 0,
    clipboard: null,
  });
  const become = (patch: Partial<typeof session>, isDeclined = false) => {
    Object.assign(session, patch);
    control.follow(isDeclined);
  };
  return { control, session, become, sent, ended: () => session.control.ended };
}

describe("the operator's side", () => {
  test("what the customer's page waits for may be heard before the permission is", () => {
    const { control, session, become } = openOperator();
    const hear = (step: string | null) => control.hear("consent", JSON.stringify({ type: "step", step }));
    // A device that cannot be controlled says so while it is asked.
    hear("unsupported");
    expect(session.control.customerStep).toBe("unsupported");
    hear("wholeScreen");
    become({ permissions: controlled });
    expect(session.control.customerStep).toBe("wholeScreen");
    become({ permissions: CONSENTED_PERMISSIONS });
    expect(session.control.customerStep).toBeNull();
  });

  test("input gets through with the permission, the tool and the wish for it, and not otherwise", () => {
    const { control, become, sent } = openOperator();
    const click = () => {
      control.sender.pressButton(0, true, { x: 0, y: 0 });
      control.sender.pressButton(0, false, { x: 0, y: 0 });
      return sent.splice(0).filter((type) => type === "button").length;
    };
    expect(click()).toBe(0);
    become({ permissions: controlled });
    expect(click()).toBe(0);
    become({ toolPresent: true });
    expect(click()).toBe(2);
    control.want(false);
    expect(click()).toBe(0);
    control.want(true);
    expect(click()).toBe(2);
    become({ permissions: CONSENTED_PERMISSIONS });
    expect(click()).toBe(0);
  });

  test("nothing gets through while only a window is shared", () => {
    const { control, become, sent } = openOperator();
    become({ permissions: controlled, toolPresent: true });
    const say = (step: string | null) => control.hear("consent", JSON.stringify({ type: "step", step }));
    say("wholeScreen");
    control.sender.type("lost");
    expect(sent).toEqual([]);
    say(null);
    control.sender.type("typed");
    expect(sent).toEqual(["text"]);
  });

  test("hears what is shared", () => {
    const { control, session } = openOperator();
    expect(session.control.customerSurface).toBeNull();
    control.hear("consent", JSON.stringify({ type: "surface", kind: "unknown" }));
    expect(session.control.customerSurface).toBe("unknown");
    control.hear("consent", JSON.stringify({ type: "surface", kind: "desktop" }));
    expect(session.control.customerSurface).toBe("unknown");
    control.hear("consent", JSON.stringify({ type: "surface", kind: "monitor" }));
    expect(session.control.customerSurface).toBe("monitor");
  });

  test("what is pressed is let go before the operator looks on only", () => {
    const { control, become, sent } = openOperator();
    become({ permissions: controlled, toolPresent: true });
    control.sender.pressKey("KeyA", true);
    control.want(false);
    expect(sent).toEqual(["key", "releaseAll"]);
  });

  test("hears why control has ended, until it goes on", () => {
    const { control, become, ended } = openOperator();
    become({ permissions: controlled });
    expect(ended()).toBeNull();
    become({ toolPresent: true });
    become({ toolPresent: false });
    expect(ended()).toBe("tool_gone");
    become({ toolPresent: true });
    expect(ended()).toBeNull();
    become({ permissions: CONSENTED_PERMISSIONS });
    expect(ended()).toBe("taken_back");
    control.request("control");
    expect(ended()).toBeNull();
    control.close();
  });

  test("hears of a No in the tool, which comes and goes in the same moment", () => {
    const { become, ended } = openOperator();
    become({ permissions: controlled });
    become({ toolPresent: true });
    become({ permissions: CONSENTED_PERMISSIONS }, true);
    become({ toolPresent: false });
    expect(ended()).toBe("declined");
    become({ permissions: controlled });
    become({ permissions: CONSENTED_PERMISSIONS });
    expect(ended()).toBe("taken_back");
  });

  test("who is given control anew wants it, whatever was chosen before", () => {
    const { control, become, session } = openOperator();
    become({ permissions: controlled, toolPresent: true });
    control.want(false);
    become({ permissions: CONSENTED_PERMISSIONS });
    become({ permissions: controlled });
    expect(session.control.isWanted).toBe(true);
  });
});

/** Only its presence is looked at. */
const shown: SharedPicture = { stream: Object.create(null), source: "screen", paused: false };

function openCustomer() {
  const session = {
    permissions: CONSENTED_PERMISSIONS,
    toolPresent: false,
    picture: shown,
    control: freshCustomerControl as CustomerControlSnapshot,
    surface: null as SharedSurface | null,
  };
  const [questions, consents]: [unknown[], unknown[]] = [[], []];
  const control = new CustomerControl({
    read: () => session,
    update: (snapshot) => {
      session.control = snapshot;
    },
    send: (label, message) => {
      if (label === "question") questions.push(message);
      if (label === "consent") consents.push(message);
      return true;
    },
    surface: () => session.surface,
  });
  const become = (patch: Partial<typeof session>, isDeclined = false) => {
    Object.assign(session, patch);
    control.follow(isDeclined);
  };
  /** What the tool says. */
  const state = (phase: string, monitors: readonly Monitor[] = []) =>
    control.hear(
      "tool",
      JSON.stringify({
        ...{ type: "state", version: "1", platform: "linux", state: { phase } },
        ...{ monitors, monitorId: null },
      }),
    );
  return { control, session, become, questions, consents, state, ended: () => session.control.ended };
}

describe("the customer's side", () => {
  test("what is asked for is there until it is answered", () => {
    const { control, session, become } = openCustomer();
    const ask: ConsentMessage = { type: "request", permission: "control" };
    control.hear("consent", JSON.stringify(ask));
    expect(session.control.asked).toEqual(["control"]);
    become({ permissions: controlled });
    expect(session.control.asked).toEqual([]);
  });

  test("the tool hears of a question, also one that comes late, and of its end", () => {
    const { control, become, questions, state } = openCustomer();
    become({ permissions: controlled, toolPresent: true });
    state("ready");
    expect(questions).toEqual([]);
    control.hear("consent", JSON.stringify({ type: "request", permission: "clipboard" }));
    expect(questions.splice(0)).toEqual([{ isOpen: true }]);
    state("questioned");
    expect(questions).toEqual([]);
    // Another tool, which has not heard of it.
    state("ready");
    expect(questions.splice(0)).toEqual([{ isOpen: true }]);
    control.deny("clipboard");
    expect(questions).toEqual([{ isOpen: false }]);
    control.close();
  });

  test("what the page asks by itself holds the operator back as well, until the last of it is answered", () => {
    const { control, become, questions, state } = openCustomer();
    become({ permissions: controlled, toolPresent: true });
    state("ready");
    const answers = [control.hold(), control.hold()];
    expect(questions.splice(0)).toEqual([{ isOpen: true }]);
    answers[0]?.();
    answers[0]?.();
    expect(questions).toEqual([]);
    answers[1]?.();
    expect(questions).toEqual([{ isOpen: false }]);
  });

  test("nobody works on a screen that is not shown", () => {
    const { control, become, questions } = openCustomer();
    become({ permissions: controlled, toolPresent: true });
    const expectTold = (isOpen: boolean) => expect(questions.splice(0)).toEqual([{ isOpen }]);
    become({ picture: { ...shown, paused: true } });
    expectTold(true);
    become({ picture: shown });
    expectTold(false);
    become({ permissions: { ...controlled, view: false } });
    expectTold(true);
    become({ permissions: controlled });
    expectTold(false);
    control.tellStep("wholeScreen");
    expectTold(true);
    control.tellStep(null);
    expectTold(false);
  });

  test("the tool and the operator hear what is shared, also those who come late", () => {
    const { control, become, questions, consents, state } = openCustomer();
    const take = (list: unknown[], type: string) =>
      list.splice(0).filter((message) => Object(message).type === type);
    const right = { kind: "monitor", captureId: 239, name: null } as const;
    become({ surface: right });
    expect(take(questions, "surface")).toEqual([{ type: "surface", ...right }]);
    expect(take(consents, "surface")).toEqual([{ type: "surface", kind: "monitor" }]);
    become({ permissions: controlled, toolPresent: true });
    expect(take(questions, "surface")).toEqual([]);
    // It may have been too early for the operator, for whom it matters from now on.
    expect(take(consents, "surface")).toEqual([{ type: "surface", kind: "monitor" }]);
    control.channelOpened("tool");
    expect(take(questions, "surface")).toHaveLength(1);
    // It may have been too early for the tool.
    state("ready");
    expect(take(questions, "surface")).toHaveLength(1);
    control.channelOpened("consent");
    expect(take(consents, "surface")).toHaveLength(1);
    become({ surface: { kind: "unknown", captureId: null, name: "HDMI-1" } });
    expect(take(questions, "surface")).toEqual([
      { type: "surface", kind: "unknown", captureId: null, name: "HDMI-1" },
    ]);
    // Titles of windows are nothing for the operator's side.
    expect(take(consents, "surface")).toEqual([{ type: "surface", kind: "unknown" }]);
    // The tool knows a monitor by that name: so it is one.
    state("ready", [{ ...laptop, monitorId: "2", name: "HDMI-1" }, laptop]);
    expect(take(consents, "surface")).toEqual([{ type: "surface", kind: "monitor" }]);
    state("ready", [laptop]);
    expect(take(consents, "surface")).toEqual([{ type: "surface", kind: "unknown" }]);
  });

  test("a press may be the operator's while control is on, unless the tool has confirmed that it holds it back", () => {
    const { control, session, become, state } = openCustomer();
    const isShared = () => session.control.isShared;
    expect(isShared()).toBe(false);
    become({ permissions: controlled });
    expect(isShared()).toBe(false);
    // It has not said anything yet.
    become({ toolPresent: true });
    expect(isShared()).toBe(true);
    state("ready");
    const answered = control.hold();
    expect(isShared()).toBe(true);
    state("questioned");
    expect(isShared()).toBe(false);
    answered();
    expect(isShared()).toBe(true);
    // The customer's own mouse rests in a moment, and nothing is asked.
    state("paused");
    expect(isShared()).toBe(true);
    become({ permissions: CONSENTED_PERMISSIONS });
    expect(isShared()).toBe(false);
  });

  test("a dialog of the browser opens at once where nobody controls, and else when the operator is held back", async () => {
    const { control, become, questions, state } = openCustomer();
    const opened: string[] = [];
    const open = (name: string) =>
      control.guard(async () => {
        opened.push(name);
      });
    const first = open("alone");
    expect(opened).toEqual(["alone"]);
    await first;
    become({ permissions: controlled, toolPresent: true });
    state("ready");
    questions.length = 0;
    const second = open("controlled");
    expect(questions).toEqual([{ isOpen: true }]);
    expect(opened).toEqual(["alone"]);
    state("questioned");
    await second;
    expect(opened).toEqual(["alone", "controlled"]);
    expect(questions).toEqual([{ isOpen: true }, { isOpen: false }]);
  });

  test("a dialog of the browser does not open when the tool does not hold the operator back", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { control, become, questions, state } = openCustomer();
      become({ permissions: controlled, toolPresent: true });
      state("ready");
      const open = vi.fn(async () => undefined);
      const refused = expect(control.guard(open)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await vi.runAllTimersAsync();
      await refused;
      expect(open).not.toHaveBeenCalled();
      expect(questions.at(-1)).toEqual({ isOpen: false });
    } finally {
      vi.useRealTimers();
    }
  });

  test("an end in the tool is told, one on the page is not", () => {
    const { control, become, ended } = openCustomer();
    control.decided(controlled);
    become({ permissions: controlled, toolPresent: true });
    become({ permissions: CONSENTED_PERMISSIONS });
    expect(ended()).toBe("in_tool");
    control.decided(controlled);
    become({ permissions: controlled });
    expect(ended()).toBeNull();
    control.decided(CONSENTED_PERMISSIONS);
    become({ permissions: CONSENTED_PERMISSIONS });
    expect(ended()).toBeNull();
  });

  test("a No in the tool is told as such", () => {
    const { control, become, ended } = openCustomer();
    control.decided(controlled);
    become({ permissions: controlled });
    become({ toolPresent: true });
    become({ permissions: CONSENTED_PERMISSIONS }, true);
    become({ toolPresent: false });
    expect(ended()).toBe("declined");
    control.decided(controlled);
    become({ permissions: controlled, toolPresent: true });
    expect(ended()).toBeNull();
  });

  test("a tool that goes is told until it is back", () => {
    const { become, ended } = openCustomer();
    become({ permissions: controlled });
    expect(ended()).toBeNull();
    become({ toolPresent: true });
    become({ toolPresent: false });
    expect(ended()).toBe("tool_gone");
    become({ toolPresent: true });
    expect(ended()).toBeNull();
  });
});
