import { describe, expect, test } from "vitest";
import { RELAY_STALE_AFTER_MS } from "@/protocol/relay-api";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { chooseRelay, type RelayCandidate } from "./eligible-relay";

const now = new Date("2026-03-01T12:00:00Z");

function relay(id: string, differs: Partial<RelayCandidate> = {}): RelayCandidate {
  return {
    id,
    region: "default",
    protocolVersion: SIGNALLING_PROTOCOL_VERSION,
    state: "ready",
    workers: 2,
    load: 0.1,
    lastHeartbeatAt: now,
    givenUpAt: null,
    assigned: 0,
    ...differs,
  };
}

describe("chooseRelay", () => {
  test("takes the least-loaded relay, and among equals the one with the fewest sessions a worker", () => {
    expect(chooseRelay([relay("a", { load: 0.8 }), relay("b", { load: 0.2 })], "default", now)?.id).toBe("b");
    const equals = [
      relay("a", { load: 0.11, assigned: 4, workers: 1 }),
      relay("b", { load: 0.12, assigned: 4 }),
    ];
    expect(chooseRelay(equals, "default", now)?.id).toBe("b");
  });

  test("prefers the company's region, then `default`, then any", () => {
    const relays = [
      relay("west", { region: "west", load: 0.9 }),
      relay("default", { load: 0.5 }),
      relay("east", { region: "east" }),
    ];
    expect(chooseRelay(relays, "west", now)?.id).toBe("west");
    expect(chooseRelay(relays, "north", now)?.id).toBe("default");
    expect(chooseRelay(relays.slice(2), "north", now)?.id).toBe("east");
  });

  test.each([
    ["draining", { state: "draining" }],
    ["without a worker", { workers: 0 }],
    ["of another protocol version", { protocolVersion: SIGNALLING_PROTOCOL_VERSION + 1 }],
    ["given up, though it was heard of a moment ago", { givenUpAt: now }],
    ["not heard of in time", { lastHeartbeatAt: new Date(now.getTime() - RELAY_STALE_AFTER_MS) }],
  ] as const)("passes over a relay that is %s", (_what, differs) => {
    expect(chooseRelay([relay("a", differs)], "default", now)).toBeNull();
    expect(chooseRelay([relay("a", differs), relay("b", { load: 0.9 })], "default", now)?.id).toBe("b");
  });
});
