import { describe, expect, test } from "vitest";
import type { SharedPicture } from "@/media/session-state";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { endOfWaiting, screenNotice, toolsAvailability } from "./session-notice";

const picture: SharedPicture = {
  // Only its presence is looked at.
  stream: Object.create(null),
  source: "screen",
  paused: false,
};
const live = {
  connection: { phase: "live", since: new Date(0) },
  otherPresent: true,
  permissions: CONSENTED_PERMISSIONS,
  picture,
  unshowable: null,
} as const;

const reconnecting = {
  phase: "reconnecting",
  cause: "network",
  since: new Date(0),
  attempt: 1,
  endsAt: new Date(120_000),
} as const;

describe("screenNotice", () => {
  test("says nothing over a live picture", () => {
    expect(screenNotice(live, true)).toBeNull();
  });

  test.each([
    ["connecting", { connection: { phase: "connecting" } }, false],
    ["connecting", { picture: null }, false],
    ["unshowable", { picture: null, unshowable: "AV1" }, false],
    ["reconnecting", { connection: reconnecting }, true],
    ["waiting", { otherPresent: false, picture: null }, false],
    ["away", { otherPresent: false }, true],
    ["paused", { picture: { ...picture, paused: true } }, true],
    ["hidden", { permissions: { ...CONSENTED_PERMISSIONS, view: false } }, true],
  ] as const)("%s", (notice, change, seen) => {
    expect(screenNotice({ ...live, ...change }, seen)).toBe(notice);
  });

  test("withdrawn is said rather than paused, and a lost connection rather than both", () => {
    const paused = { ...picture, paused: true };
    const permissions = { ...CONSENTED_PERMISSIONS, view: false };
    expect(screenNotice({ ...live, picture: paused, permissions }, true)).toBe("hidden");
    expect(screenNotice({ ...live, picture: paused, permissions, connection: reconnecting }, true)).toBe(
      "reconnecting",
    );
  });
});

test("whoever waits is told until when", () => {
  const otherEndsAt = new Date(90_000);
  expect(endOfWaiting({ ...live, otherEndsAt: null })).toBeNull();
  expect(endOfWaiting({ ...live, otherPresent: false, otherEndsAt })).toBe(otherEndsAt);
  // One's own way back comes first.
  const connection = reconnecting;
  expect(endOfWaiting({ connection, otherPresent: false, otherEndsAt })).toBe(reconnecting.endsAt);
});

describe("toolsAvailability", () => {
  test("tells a permission from a connection", () => {
    expect(toolsAvailability(live)).toBe("available");
    expect(toolsAvailability({ ...live, permissions: { ...CONSENTED_PERMISSIONS, pointer: false } })).toBe(
      "notAllowed",
    );
    expect(toolsAvailability({ ...live, picture: { ...picture, paused: true } })).toBe("notShown");
    expect(toolsAvailability({ ...live, permissions: { ...CONSENTED_PERMISSIONS, view: false } })).toBe(
      "notShown",
    );
    expect(toolsAvailability({ ...live, otherPresent: false })).toBe("notLive");
    expect(toolsAvailability({ ...live, connection: { phase: "connecting" } })).toBe("notLive");
  });
});
