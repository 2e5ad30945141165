import { describe, expect, it } from "vitest";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import type { CustomerSessionView } from "@/protocol/session-views";
import { currentStep, type FlowFacts, type Sharing } from "./customer-flow";

const sessionId = "0198c1d0-0000-7000-8000-000000000001";
const since = new Date("2026-01-01T00:00:00Z");
const names = { operatorName: "operator", companyName: "Demo Support" };
const waiting: CustomerSessionView = { phase: "waiting", sessionId, since };
const accepted: CustomerSessionView = {
  phase: "accepted",
  sessionId,
  ...names,
  logoUrl: null,
  consentText: "",
  answerBy: since,
};
const live: CustomerSessionView = {
  phase: "live",
  sessionId,
  ...names,
  logoUrl: null,
  startedAt: since,
  permissions: CONSENTED_PERMISSIONS,
  grantable: CONSENTED_PERMISSIONS,
};
const ended: CustomerSessionView = {
  phase: "ended",
  sessionId,
  ...names,
  reason: "ended_by_operator",
  durationSeconds: 61,
};
const sharing: Sharing = {
  kind: "sharing",
  sessionId,
  // Only its identity matters to the flow.
  picture: { stream: Object.create(null) as MediaStream, source: "screen" },
  since: new Date("2026-01-01T00:00:09Z"),
};

function facts(changes: Partial<FlowFacts>): FlowFacts {
  return {
    view: null,
    sharing: { kind: "none" },
    ability: "screen",
    isSecure: true,
    sharedElsewhere: false,
    witnessed: null,
    dismissed: null,
    endedHere: null,
    ...changes,
  };
}

const kindOf = (changes: Partial<FlowFacts>) => currentStep(facts(changes)).kind;

describe("before a session", () => {
  it("waits until the browser and the server are known", () => {
    expect(kindOf({ view: undefined })).toBe("loading");
    expect(kindOf({ ability: undefined })).toBe("loading");
  });

  it("asks for the number", () => {
    expect(kindOf({})).toBe("number");
    expect(kindOf({ ability: "camera" })).toBe("number");
  });

  it("does not let a browser that cannot share use up a number", () => {
    expect(kindOf({ ability: "none" })).toBe("unsupported");
    expect(kindOf({ ability: "none", isSecure: false })).toBe("insecure");
  });
});

describe("on the way to a session", () => {
  it("waits for the operator", () => {
    expect(currentStep(facts({ view: waiting }))).toEqual({ kind: "waiting", since });
  });

  it("asks a computer for its screen and a phone for its camera", () => {
    expect(currentStep(facts({ view: accepted }))).toMatchObject({ kind: "consent", source: "screen" });
    expect(currentStep(facts({ view: accepted, ability: "camera" }))).toMatchObject({ source: "camera" });
    expect(currentStep(facts({ view: accepted, ability: "none" }))).toEqual({
      kind: "unsupported",
      inSession: true,
    });
  });

  it("follows the picker", () => {
    expect(kindOf({ view: accepted, sharing: { kind: "choosing", source: "screen" } })).toBe("choosing");
    expect(
      currentStep(
        facts({ view: accepted, sharing: { kind: "not_captured", why: "cancelled", source: "screen" } }),
      ),
    ).toEqual({ kind: "not_captured", why: "cancelled", source: "screen" });
  });

  it("is live as soon as something was picked, and stays so when the server says it too", () => {
    expect(currentStep(facts({ view: accepted, sharing }))).toMatchObject({
      kind: "live",
      startedAt: new Date("2026-01-01T00:00:09Z"),
    });
    expect(currentStep(facts({ view: live, sharing }))).toMatchObject({ kind: "live", startedAt: since });
  });
});

describe("a live session that this tab does not share", () => {
  it("offers to share again after a reload", () => {
    expect(kindOf({ view: live })).toBe("interrupted");
  });

  it("points to the tab that shares it", () => {
    expect(kindOf({ view: live, sharedElsewhere: true })).toBe("elsewhere");
    expect(kindOf({ view: live, sharedElsewhere: undefined })).toBe("loading");
  });

  it("never takes the picture of another session for its own", () => {
    expect(kindOf({ view: { ...live, sessionId: "0198c1d0-0000-7000-8000-000000000002" }, sharing })).toBe(
      "interrupted",
    );
  });
});

describe("the end", () => {
  it("is told to who was there, also when the relay is ahead of the server", () => {
    expect(currentStep(facts({ view: ended, witnessed: sessionId }))).toMatchObject({
      kind: "ended",
      reason: "ended_by_operator",
    });
    expect(
      currentStep(facts({ view: live, sharing, endedHere: { sessionId, reason: "stopped_by_customer" } })),
    ).toEqual({ kind: "ended", reason: "stopped_by_customer", view: null });
  });

  it("gives way to a new number once it was read, or when it is from long ago", () => {
    expect(kindOf({ view: ended, witnessed: sessionId, dismissed: sessionId })).toBe("number");
    expect(kindOf({ view: ended, witnessed: null })).toBe("number");
    expect(kindOf({ view: ended, witnessed: undefined })).toBe("loading");
  });
});
