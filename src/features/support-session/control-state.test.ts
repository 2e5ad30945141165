import { describe, expect, test } from "vitest";
import { freshCustomerControl } from "@/media/control/customer-control";
import { freshOperatorControl } from "@/media/control/operator-control";
import type { ToolSnapshot } from "@/media/control/tool-watch";
import type { SharedPicture } from "@/media/session-state";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { controlState, requestStanding } from "./control-state";
import { controlStepOf, customerControlState, isControlled } from "./customer-control-state";

const all = { view: true, pointer: true, control: true, clipboard: true, file: true };
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
  toolPresent: false,
  control: freshOperatorControl,
} as const;
const granted = { ...live, permissions: { ...CONSENTED_PERMISSIONS, control: true } };
const tool: ToolSnapshot = {
  platform: "linux",
  version: "1.0.0",
  phase: "ready",
  obstacle: null,
  monitors: [],
  monitorId: null,
};
const withTool = (patch: Partial<ToolSnapshot>) => ({
  ...granted,
  toolPresent: true,
  control: { ...freshOperatorControl, tool: { ...tool, ...patch } },
});

describe("the operator", () => {
  test("goes from asking to controlling", () => {
    expect(controlState(live, all).kind).toBe("free");
    const asked = { ...freshOperatorControl.requests, control: "asked" } as const;
    expect(controlState({ ...live, control: { ...freshOperatorControl, requests: asked } }, all).kind).toBe(
      "asked",
    );
    expect(controlState(granted, all)).toEqual({ kind: "waitingForTool", step: null, isInterrupted: false });
    expect(controlState(withTool({}), all)).toEqual({ kind: "controlling", hindrance: null });
  });

  test("has to wait while only a window is shared, whether or not the tool is there", () => {
    const session = withTool({});
    const control = { ...session.control, customerStep: "wholeScreen" } as const;
    expect(controlState({ ...session, control }, all)).toMatchObject({
      kind: "waitingForTool",
      step: "wholeScreen",
    });
  });

  test("controls a tool that has not said anything yet", () => {
    expect(controlState({ ...granted, toolPresent: true }, all)).toEqual({
      kind: "controlling",
      hindrance: null,
    });
  });

  test("is told why it has no effect", () => {
    expect(controlState(withTool({ phase: "paused" }), all)).toMatchObject({ hindrance: "paused" });
    const questioned = withTool({ phase: "questioned" });
    expect(controlState(questioned, all)).toMatchObject({ hindrance: "questioned" });
    const unseen = { ...questioned, picture: { ...picture, paused: true } };
    expect(controlState(unseen, all)).toMatchObject({ hindrance: "unseen" });
    expect(controlState(withTool({ phase: "blocked", obstacle: "secure_prompt" }), all)).toMatchObject({
      hindrance: "secure_prompt",
    });
  });

  test("keeps its place over a lost connection", () => {
    expect(controlState({ ...withTool({}), otherPresent: false }, all).kind).toBe("interrupted");
    const connection = { phase: "connecting" } as const;
    expect(controlState({ ...withTool({}), connection }, all).kind).toBe("interrupted");
  });

  test("looks on only as long as that is wanted", () => {
    const session = withTool({});
    expect(controlState({ ...session, control: { ...session.control, isWanted: false } }, all).kind).toBe(
      "viewOnly",
    );
  });

  test("cannot ask for what plan or rules exclude, nor without a customer, nor for a camera", () => {
    expect(controlState(live, { ...all, control: false }).kind).toBe("excluded");
    expect(controlState({ ...live, otherPresent: false }, all).kind).toBe("notLive");
    expect(controlState({ ...live, picture: { ...picture, source: "camera" } }, all).kind).toBe("camera");
    expect(requestStanding("clipboard", live, { ...all, clipboard: false })).toBe("excluded");
  });

  test("a request outlives a lost connection, and can be withdrawn meanwhile", () => {
    const requests = { ...freshOperatorControl.requests, clipboard: "asked" } as const;
    const lost = { ...live, otherPresent: false, control: { ...freshOperatorControl, requests } };
    expect(requestStanding("clipboard", lost, all)).toBe("asked");
  });
});

describe("the customer", () => {
  const session = {
    permissions: { ...CONSENTED_PERMISSIONS, control: true },
    toolPresent: true,
    control: { ...freshCustomerControl, tool },
    picture,
  };

  test("is controlled only with the permission, a whole screen, and the tool", () => {
    expect(customerControlState(session, "monitor").kind).toBe("controlled");
    expect(customerControlState(session, null).kind).toBe("controlled");
    expect(customerControlState({ ...session, permissions: CONSENTED_PERMISSIONS }, "monitor").kind).toBe(
      "none",
    );
    expect(customerControlState(session, "window").kind).toBe("wholeScreen");
    expect(customerControlState(session, "browser").kind).toBe("wholeScreen");
    expect(customerControlState({ ...session, toolPresent: false }, "monitor")).toEqual({
      kind: "start",
      isAgain: false,
    });
  });

  test("a tool that was there is started again", () => {
    const control = { ...freshCustomerControl, ended: "tool_gone" } as const;
    expect(customerControlState({ ...session, toolPresent: false, control }, "monitor")).toEqual({
      kind: "start",
      isAgain: true,
    });
  });

  test("the operator is told what this page waits for", () => {
    const facts = { isAsked: false, platform: "windows", isSaved: false } as const;
    const start = customerControlState({ ...session, toolPresent: false }, "monitor");
    expect(controlStepOf(start, facts)).toBe("download");
    expect(controlStepOf(start, { ...facts, isSaved: true })).toBe("start");
    expect(controlStepOf({ kind: "wholeScreen" }, facts)).toBe("wholeScreen");
    expect(controlStepOf({ kind: "controlled" }, facts)).toBeNull();
    expect(controlStepOf({ kind: "none" }, { ...facts, platform: null })).toBeNull();
    expect(controlStepOf({ kind: "none" }, { ...facts, platform: null, isAsked: true })).toBe("unsupported");
  });

  test("a pause is the customer's own mouse: the machine is still in the operator's hands", () => {
    const paused = { ...freshCustomerControl, tool: { ...tool, phase: "paused" } } as const;
    const state = customerControlState({ ...session, control: paused }, "monitor");
    expect(state.kind).toBe("paused");
    expect(isControlled(state)).toBe(true);
  });
});
