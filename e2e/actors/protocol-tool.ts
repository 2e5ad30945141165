import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import {
  type RedeemedPairing,
  redeemedPairingSchema,
  type ToolDevice,
  toolEndpoints,
  toolJoinOutput,
} from "@/protocol/client-tool";
import {
  type ControlMessage,
  type ControlObstacle,
  type Monitor,
  type MotionMessage,
  questionMessageSchema,
} from "@/protocol/control";
import { SignallingClient } from "../../relay/testing/signalling-client";
import type { Stack } from "../fixtures/stack";

const pairedSchema = z.object({
  result: z.object({ data: z.object({ json: z.object({ token: z.string() }) }) }),
});

type State = { phase: "ready" | "paused" | "questioned" } | { phase: "blocked"; obstacle: ControlObstacle };

export const oneMonitor: Monitor = {
  monitorId: "1",
  name: "DP-1",
  x: 0,
  y: 0,
  width: 1920,
  height: 1080,
  scale: 1,
  isPrimary: true,
};

/**
 * A Client Tool as far as the protocol goes, with no machine behind it: it pairs, joins and reports by the product's own ways, and
 * keeps what it is told. For stories about the pages; those about the machine have the real executable.
 */
export class ProtocolTool {
  readonly #client: SignallingClient;
  readonly #stack: Stack;
  readonly #redeemed: RedeemedPairing;
  #monitors: readonly Monitor[] = [oneMonitor];
  #isQuestioned = false;

  /** Starts as the customer would, with a pairing of the customer's page. */
  static async start(page: Page, stack: Stack, { sharesDevice = false } = {}): Promise<ProtocolTool> {
    const paired = await page.evaluate(async (isShared) => {
      const response = await fetch("/api/trpc/session.pairTool", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ json: { sharesDevice: isShared } }),
      });
      return await response.json();
    }, sharesDevice);
    const { token } = pairedSchema.parse(paired).result.data.json;
    const redeemed = redeemedPairingSchema.parse(
      await post(stack, toolEndpoints.redeem, { token, platform: "linux", version: "1.0.0" }),
    );
    const { toolSecret } = redeemed;
    const assignment = toolJoinOutput.parse(await post(stack, toolEndpoints.join, { toolSecret }));
    const client = await SignallingClient.connect(assignment.signallingUrl, {
      origin: new URL(stack.url).origin,
    });
    await client.join(assignment.token);
    await client.request("carryChannels", {});
    const tool = new ProtocolTool(client, stack, redeemed);
    tool.say({ phase: "ready" });
    return tool;
  }

  private constructor(client: SignallingClient, stack: Stack, redeemed: RedeemedPairing) {
    this.#client = client;
    this.#stack = stack;
    this.#redeemed = redeemed;
    client.webSocket.on("message", () => this.#followQuestion());
  }

  /** How it is from here on. */
  say(state: State, monitors = this.#monitors): void {
    this.#monitors = monitors;
    this.#client.carry(
      "tool",
      JSON.stringify({
        type: "state",
        version: "1.0.0",
        platform: "linux",
        state,
        monitors,
        monitorId: monitors[0]?.monitorId ?? null,
      }),
    );
  }

  async tellDevice(device: ToolDevice): Promise<void> {
    await post(this.#stack, toolEndpoints.device, { toolSecret: this.#redeemed.toolSecret, device });
  }

  /** What the operator has done so far, in the order of its arrival. */
  get heard(): readonly (ControlMessage | MotionMessage)[] {
    return this.#client.carried
      .filter(({ label }) => label === "control" || label === "motion")
      .map(({ data }) => JSON.parse(data));
  }

  /** Waits for a message of the operator that has these parts. */
  async expectHeard(wanted: Partial<ControlMessage & MotionMessage> | object): Promise<void> {
    await expect
      .poll(() => this.heard.some((message) => isPart(wanted, message)), { message: JSON.stringify(wanted) })
      .toBe(true);
  }

  /** Stop in its window. */
  async revokeControl(): Promise<void> {
    await this.#client.request("revokeControl", {});
  }

  close(): void {
    this.#client.leave();
  }

  /** While the customer's page asks something the operator's input is held back, and the page is told so. */
  #followQuestion(): void {
    const questions = this.#client.carried.flatMap(({ label, data }) => {
      const question = label === "question" ? questionMessageSchema.safeParse(JSON.parse(data)).data : null;
      return question ? [question] : [];
    });
    const isQuestioned = questions.at(-1)?.isOpen === true;
    if (isQuestioned === this.#isQuestioned) return;
    this.#isQuestioned = isQuestioned;
    this.say({ phase: isQuestioned ? "questioned" : "ready" });
  }
}

function isPart(part: object, whole: object): boolean {
  return Object.entries(part).every(([key, value]) => Reflect.get(whole, key) === value);
}

async function post(stack: Stack, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${stack.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}
