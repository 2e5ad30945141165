import { describe, expect, it } from "vitest";
import type { ConsoleSnapshot, ReceptionView, WaitingCustomer } from "@/protocol/session-views";
import { arrangeDesk, longestWaiting, newlyWaiting, nextHeroReception, receptionsInUse } from "./desk";

const NOON = Date.UTC(2026, 0, 15, 12);
const MINUTE_MS = 60_000;

function reception(receptionId: string, issuedMinutesAgo: number, lifeMinutes = 10): ReceptionView {
  const issuedMs = NOON - issuedMinutesAgo * MINUTE_MS;
  return {
    receptionId,
    issuedAt: new Date(issuedMs),
    expiresAt: new Date(issuedMs + lifeMinutes * MINUTE_MS),
  };
}

function customer(
  sessionId: string,
  minutesAgo: number,
  more: Partial<WaitingCustomer> = {},
): WaitingCustomer {
  return {
    sessionId,
    receptionId: `reception of ${sessionId}`,
    phase: "waiting",
    since: new Date(NOON - minutesAgo * MINUTE_MS),
    browserName: "Chrome",
    osName: "Windows",
    language: "ja",
    ...more,
  };
}

function snapshot(parts: Partial<ConsoleSnapshot>): ConsoleSnapshot {
  return { receptions: [], waiting: [], live: [], lastDay: { sessions: 0, seconds: 0 }, ...parts };
}

describe("arrangeDesk", () => {
  it("makes the newest live number the hero and lists the others newest first", () => {
    const desk = arrangeDesk(
      snapshot({ receptions: [reception("b", 3), reception("c", 1), reception("a", 5)] }),
      new Map([["c", "482915"]]),
      null,
      NOON,
    );
    expect(desk.hero).toMatchObject({ kind: "live", number: "482915", reception: { receptionId: "c" } });
    expect(desk.others.map((other) => other.reception.receptionId)).toEqual(["b", "a"]);
  });

  it("does not know the digits of a number that another tab issued", () => {
    const desk = arrangeDesk(snapshot({ receptions: [reception("a", 1)] }), new Map(), null, NOON);
    expect(desk.hero).toMatchObject({ kind: "live", number: null });
  });

  it("calls a number expired the moment its time is up, even before the server says so", () => {
    const ended = reception("a", 10);
    const desk = arrangeDesk(snapshot({ receptions: [ended] }), new Map(), ended, NOON);
    expect(desk.hero).toEqual({ kind: "expired", reception: ended });
    expect(desk.others).toEqual([]);
  });

  it("puts the longest waiting first and the accepted after all who wait", () => {
    const { waiting } = arrangeDesk(
      snapshot({
        waiting: [customer("accepted", 9, { phase: "accepted" }), customer("young", 1), customer("old", 4)],
      }),
      new Map(),
      null,
      NOON,
    );
    expect(waiting.map((one) => one.sessionId)).toEqual(["old", "young", "accepted"]);
  });
});

describe("nextHeroReception", () => {
  const before = reception("a", 10);

  it("stays with a number that ran out, so that the page can say so", () => {
    expect(nextHeroReception(snapshot({}), before, NOON)).toBe(before);
  });

  it("takes a number that the server dropped seconds early for expired, for clocks differ", () => {
    expect(nextHeroReception(snapshot({}), before, NOON - 3_000)).toBe(before);
  });

  it("lets go of a number that was cancelled", () => {
    expect(nextHeroReception(snapshot({}), reception("a", 5), NOON)).toBeNull();
  });

  it("lets go of a number that a customer typed in its last second", () => {
    const typed = snapshot({ waiting: [customer("s", 0, { receptionId: "a" })] });
    expect(nextHeroReception(typed, before, NOON)).toBeNull();
  });

  it("prefers any number that is still live", () => {
    const live = reception("b", 1);
    expect(nextHeroReception(snapshot({ receptions: [live] }), before, NOON)).toBe(live);
  });
});

describe("who waits", () => {
  it("key A means the longest waiting, whatever the order, and never one already accepted", () => {
    const waiting = [
      customer("young", 1),
      customer("old", 4),
      customer("accepted", 9, { phase: "accepted" }),
    ];
    expect(longestWaiting(waiting)?.sessionId).toBe("old");
    expect(longestWaiting([customer("accepted", 9, { phase: "accepted" })])).toBeNull();
  });

  it("announces only those who came after the page was opened", () => {
    const first = snapshot({ waiting: [customer("old", 4)] });
    const second = snapshot({ waiting: [customer("old", 4), customer("young", 0)] });
    expect(newlyWaiting(null, first)).toEqual([]);
    expect(newlyWaiting(first, second).map((one) => one.sessionId)).toEqual(["young"]);
  });

  it("keeps the digits of live numbers and of those a waiting customer typed", () => {
    const inUse = receptionsInUse(
      snapshot({ receptions: [reception("a", 1)], waiting: [customer("s", 1, { receptionId: "b" })] }),
    );
    expect([...inUse]).toEqual(["a", "b"]);
  });
});
