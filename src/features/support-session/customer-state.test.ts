import { describe, expect, test } from "vitest";
import type { SharedPicture } from "@/media/session-state";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { customerState, isHeld } from "./customer-state";

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
} as const;

describe("customerState", () => {
  test("says what is shared", () => {
    expect(customerState(live)).toBe("screen");
    expect(customerState({ ...live, picture: { ...picture, source: "camera" } })).toBe("camera");
  });

  test("never says that something is seen while it is not", () => {
    const withdrawn = { ...CONSENTED_PERMISSIONS, view: false };
    expect(customerState({ ...live, permissions: withdrawn })).toBe("hidden");
    expect(customerState({ ...live, picture: { ...picture, paused: true } })).toBe("paused");
    expect(customerState({ ...live, picture: null })).toBe("ended");
    expect(customerState({ ...live, connection: { phase: "connecting" } })).toBe("connecting");
  });

  test("what the customer has chosen comes before the operator's absence", () => {
    expect(customerState({ ...live, otherPresent: false })).toBe("away");
    expect(customerState({ ...live, otherPresent: false, picture: { ...picture, paused: true } })).toBe(
      "paused",
    );
  });

  test("a page that only waits for the network still holds the session", () => {
    const since = new Date(0);
    const reconnecting = { phase: "reconnecting", cause: "relay", since, attempt: 2, endsAt: since } as const;
    expect(isHeld(customerState({ ...live, connection: reconnecting }))).toBe(true);
    expect(isHeld(customerState({ ...live, connection: { phase: "replaced" } }))).toBe(false);
  });
});
