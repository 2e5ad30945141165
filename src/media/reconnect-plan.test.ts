import { describe, expect, test } from "vitest";
import { causeAfter, isTooLate, joinTimeoutMs, openTimeoutMs, pauseMs } from "./reconnect-plan";

describe("causeAfter", () => {
  const silentRelay = { at: "relay", code: "UNAVAILABLE", isSilent: true } as const;
  const closedRelay = { at: "relay", code: "UNAVAILABLE", isSilent: false } as const;
  const silentServer = { at: "management", code: "UNAVAILABLE", isSilent: true } as const;

  test("a network that is cut off explains whatever else cannot be reached", () => {
    expect(causeAfter("network", silentServer, true)).toBe("network");
    expect(causeAfter("network", silentRelay, true)).toBe("network");
    expect(causeAfter("relay", silentServer, false)).toBe("network");
  });

  test("an answer shows that the network is there", () => {
    expect(causeAfter("network", closedRelay, true)).toBe("relay");
    expect(causeAfter("network", { at: "management", code: "NO_RELAY", isSilent: false }, true)).toBe(
      "relay",
    );
  });

  test("who is known to be there is not blamed", () => {
    expect(causeAfter("relay", silentServer, true)).toBe("management");
    expect(causeAfter("management", silentRelay, true)).toBe("relay");
  });
});

describe("pauseMs", () => {
  const planned = (attempt: number, lostForMs: number, isSilent = false) =>
    pauseMs({ attempt, lostForMs, isSilent, random: 0.5 });

  test("doubles from a quarter of a second, to half a second at first and two later", () => {
    expect([1, 2, 3, 4, 5].map((attempt) => planned(attempt, 3_000))).toEqual([250, 500, 500, 500, 500]);
    expect([5, 6, 60].map((attempt) => planned(attempt, 60_000))).toEqual([2_000, 2_000, 2_000]);
  });

  test("is short after a try that waited in vain", () => {
    expect(planned(20, 60_000, true)).toBe(100);
  });

  test("varies", () => {
    const of = (random: number) => pauseMs({ attempt: 3, lostForMs: 0, isSilent: false, random });
    expect([of(0), of(1)]).toEqual([400, 600]);
  });
});

describe("openTimeoutMs", () => {
  test("is shorter for the first tries, and shortest for a line that is known to be quick", () => {
    expect([1, 2, 3].map((attempt) => openTimeoutMs(attempt, null))).toEqual([4_000, 4_000, 10_000]);
    expect([1, 5].map((attempt) => openTimeoutMs(attempt, 40))).toEqual([2_000, 2_000]);
  });

  test("leaves a slow line the time that it needs", () => {
    expect(openTimeoutMs(1, 1_500)).toBe(4_500);
    expect(openTimeoutMs(1, 60_000)).toBe(10_000);
  });

  test("is patient after the first tries", () => {
    expect([6, 7, 60].map((attempt) => openTimeoutMs(attempt, 40))).toEqual([10_000, 10_000, 10_000]);
  });
});

test("a relay is waited for less than the three seconds after which a person is told, and longer when it is slow", () => {
  expect([1, 2, 3, 60].map(joinTimeoutMs)).toEqual([2_500, 2_500, 10_000, 10_000]);
});

test("two silent minutes take fewer sockets than Chromium begins to hold up", () => {
  let tries = 0;
  for (let lostForMs = 0; !isTooLate(lostForMs, null); ) {
    tries += 1;
    lostForMs += openTimeoutMs(tries, 40) + pauseMs({ attempt: tries, lostForMs, isSilent: true, random: 0 });
  }
  expect(tries).toBeLessThanOrEqual(16);
});

test("the window is the relay's, or two minutes", () => {
  expect(isTooLate(119_000, null)).toBe(false);
  expect(isTooLate(120_000, null)).toBe(true);
  expect(isTooLate(5_000, 5_000)).toBe(true);
});
