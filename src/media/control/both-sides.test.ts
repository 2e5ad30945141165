import { describe, expect, test } from "vitest";
import type { ConsentMessage } from "@/protocol/control";
import { CONSENTED_PERMISSIONS, type Permissions } from "@/protocol/permissions";
import { CustomerControl, type CustomerControlSnapshot, freshCustomerControl } from "./customer-control";
import { freshOperatorControl, OperatorControl, type OperatorControlSnapshot } from "./operator-control";

const controlled: Permissions = { ...CONSENTED_PERMISSIONS, control: true };

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
  const become = (patch: Partial<typeof session>) => {
    Object.assign(session, patch);
    control.follow();
  };
  return { control, session, become, sent, ended: () => session.control.ended };
}

describe("the operator's side", () => {
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

  test("who is given control anew wants it, whatever was chosen before", () => {
    const { control, become, session } = openOperator();
    become({ permissions: controlled, toolPresent: true });
    control.want(false);
    become({ permissions: CONSENTED_PERMISSIONS });
    become({ permissions: controlled });
    expect(session.control.isWanted).toBe(true);
  });
});

function openCustomer() {
  const session = {
    permissions: CONSENTED_PERMISSIONS,
    toolPresent: false,
    control: freshCustomerControl as CustomerControlSnapshot,
  };
  const questions: unknown[] = [];
  const control = new CustomerControl({
    read: () => session,
    update: (snapshot) => {
      session.control = snapshot;
    },
    send: (label, message) => {
      if (label === "question") questions.push(message);
      return true;
    },
  });
  const become = (patch: Partial<typeof session>) => {
    Object.assign(session, patch);
    control.follow();
  };
  return { control, session, become, questions, ended: () => session.control.ended };
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
    const { control, become, questions } = openCustomer();
    become({ permissions: controlled, toolPresent: true });
    const state = (phase: string) =>
      control.hear(
        "tool",
        JSON.stringify({
          ...{ type: "state", version: "1", platform: "linux", state: { phase } },
          ...{ monitors: [], monitorId: null },
        }),
      );
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
