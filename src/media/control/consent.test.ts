import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConsentMessage, Requestable } from "@/protocol/control";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { ConsentAnswers } from "./consent-answers";
import { ConsentRequests, type RequestsSnapshot } from "./consent-requests";
import { restAfterMs } from "./consent-rest";

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"],
    }),
);
afterEach(() => void vi.useRealTimers());

/** Both sides, with a wire between them that can be cut. */
function pair() {
  const wire = { isUp: true, toCustomer: [] as ConsentMessage[], toOperator: [] as ConsentMessage[] };
  let operator: RequestsSnapshot | null = null;
  let asked: readonly Requestable[] = [];
  const deliver = (list: ConsentMessage[], message: ConsentMessage, to: { receive(raw: string): void }) => {
    if (!wire.isUp) return false;
    list.push(message);
    to.receive(JSON.stringify(message));
    return true;
  };
  const requests: ConsentRequests = new ConsentRequests({
    send: (message) => deliver(wire.toCustomer, message, answers),
    onChange: (snapshot) => {
      operator = snapshot;
    },
  });
  const answers: ConsentAnswers = new ConsentAnswers({
    send: (message) => deliver(wire.toOperator, message, requests),
    onChange: (open) => {
      asked = open;
    },
  });
  return {
    wire,
    requests,
    answers,
    asked: () => asked,
    state: (permission: Requestable = "control") => operator?.requests[permission] ?? "none",
    step: () => operator?.customerStep ?? null,
    grant: (permission: Requestable) => {
      const permissions = { ...CONSENTED_PERMISSIONS, [permission]: true };
      answers.granted(permissions);
      requests.granted(permissions);
    },
  };
}

describe("asking", () => {
  test("is one question however often it is said, and ends with the permission", () => {
    const { requests, asked, state, grant } = pair();
    requests.request("control");
    requests.request("control");
    vi.advanceTimersByTime(10_000);
    expect(asked()).toEqual(["control"]);
    expect(state()).toBe("asked");
    grant("control");
    expect(asked()).toEqual([]);
    expect(state()).toBe("none");
  });

  test("several things wait in the order in which they were asked for", () => {
    const { requests, asked } = pair();
    requests.request("clipboard");
    requests.request("control");
    expect(asked()).toEqual(["clipboard", "control"]);
  });

  test("can be withdrawn, and asked anew at once", () => {
    const { requests, asked, state } = pair();
    requests.request("control");
    requests.withdraw("control");
    expect(asked()).toEqual([]);
    expect(state()).toBe("none");
    requests.request("control");
    expect(asked()).toEqual(["control"]);
  });

  test("survives a cut: it arrives when the connection is back", () => {
    const { requests, asked, wire } = pair();
    wire.isUp = false;
    requests.request("control");
    expect(asked()).toEqual([]);
    wire.isUp = true;
    requests.begin();
    expect(asked()).toEqual(["control"]);
  });

  test("goes with a page that has forgotten it, and stays with one that still asks", () => {
    const { requests, answers, asked } = pair();
    requests.request("control");
    answers.begin();
    vi.advanceTimersByTime(10_000);
    expect(asked()).toEqual(["control"]);
    requests.close();
    answers.begin();
    vi.advanceTimersByTime(10_000);
    expect(asked()).toEqual([]);
  });
});

describe("a no", () => {
  test("is heard, and rests a little longer each time", () => {
    const { requests, answers, asked, state } = pair();
    let before = 0;
    for (const denials of [1, 2, 3]) {
      requests.request("control");
      expect(asked()).toEqual(["control"]);
      answers.deny("control");
      expect(asked()).toEqual([]);
      expect(state()).toBe("resting");
      requests.request("control");
      expect(asked()).toEqual([]);
      expect(restAfterMs(denials)).toBeGreaterThan(before);
      before = restAfterMs(denials);
      vi.advanceTimersByTime(before);
      expect(state()).toBe("denied");
    }
  });

  test("stands against a page that does not keep to it", () => {
    const { answers, asked, wire } = pair();
    const ask = () => answers.receive(JSON.stringify({ type: "request", permission: "control" }));
    ask();
    answers.deny("control");
    wire.toOperator.length = 0;
    for (let time = 0; time < 20; time += 1) ask();
    expect(asked()).toEqual([]);
    expect(wire.toOperator).toHaveLength(20);
    vi.advanceTimersByTime(restAfterMs(1));
    ask();
    expect(asked()).toEqual(["control"]);
  });

  test("that was lost is said again when the question comes again", () => {
    const { requests, answers, state, wire, asked } = pair();
    requests.request("control");
    wire.isUp = false;
    answers.deny("control");
    expect(state()).toBe("asked");
    wire.isUp = true;
    vi.advanceTimersByTime(2_000);
    expect(state()).toBe("resting");
    expect(asked()).toEqual([]);
  });
});

test("the operator hears what the customer's page waits for, and again after a cut", () => {
  const { answers, requests, step, grant, wire } = pair();
  grant("control");
  wire.isUp = false;
  answers.tellStep("download");
  expect(step()).toBeNull();
  wire.isUp = true;
  answers.begin();
  expect(step()).toBe("download");
  requests.granted(CONSENTED_PERMISSIONS);
  expect(step()).toBeNull();
});

test("what is not of the protocol changes nothing", () => {
  const { requests, answers, asked, state } = pair();
  for (const raw of ["", "{", "null", '{"type":"request"}', '{"type":"request","permission":"view"}'])
    answers.receive(raw);
  for (const raw of ['{"type":"denied","permission":"control"}', '{"type":"granted"}']) requests.receive(raw);
  expect(asked()).toEqual([]);
  expect(state()).toBe("none");
});
