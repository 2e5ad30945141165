// The Windows executable itself, as far as Wine can be a Windows: it starts, joins a real session over a real relay, types into a program
// and lets go of everything, also when it is killed.
import { readdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toolEndpoints, toolFileName } from "@/protocol/client-tool";
import { EVERYTHING } from "../../relay/testing/token-signer";
import { until } from "../../relay/testing/until";
import {
  type Console,
  messages,
  operatorNames,
  SessionStage,
} from "../../src/client-tool/testing/session-stage";
import { buildForTests, PUBLISH_TIMEOUT_MS } from "./testing/test-release";
import { missingForWine, Wine } from "./testing/wine";

const TEXT = "漢字🙂 Aa_>|~\\";
const missing = await missingForWine();
if (missing !== null) console.log(`The Windows executable is not started here: there is no ${missing}.`);

describe.skipIf(missing !== null)("the Windows executable under Wine", () => {
  let wine: Wine;
  let executable: string;
  let stage: SessionStage;
  let service: Server;
  let isAnswered = false;

  beforeAll(async () => {
    const [built, opened] = await Promise.all([buildForTests("windows"), Wine.open()]);
    executable = built.executable;
    wine = opened;
    stage = new SessionStage();
    service = createServer();
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  }, PUBLISH_TIMEOUT_MS);

  afterAll(async () => {
    service?.close();
    await stage?.strike();
    await wine?.close();
  });

  test("says which version it is", async () => {
    expect(await wine.run(executable, "--version")).toMatch(/^\d+\.\d+\.\d+\s*$/);
  });

  test("joins, types into a program, and leaves nothing pressed when it is killed", {
    timeout: 150_000,
  }, async () => {
    const held = await wine.watchHeld();
    wine.start("notepad.exe");
    const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const operator = await openSession(origin);
    const tool = wine.start(
      executable,
      `--pairing=${toolFileName(origin, "abcdefghijklmnopqrst_-", ".exe")}`,
    );
    await until("it is ready", async () => {
      if (messages(operator).some((message) => message.type === "state")) return true;
      await pressYes();
      return false;
    });
    expect(messages(operator)[0]).toMatchObject({
      platform: "windows",
      state: { phase: "ready" },
      monitors: [{ width: 1280, height: 800, scale: 1, isPrimary: true }],
    });

    const notepad = await until("Notepad is there", () => placeOf("Notepad"));
    const inIt = { x: (notepad.x + 80) / 1280, y: (notepad.y + 120) / 800 };
    // Whoever has just pressed Yes has the mouse in hand for a moment.
    await until("it types into Notepad", async () => {
      for (const down of [true, false]) operator.say({ type: "button", button: 0, down, ...inIt });
      operator.say({ type: "combination", codes: ["ControlLeft", "KeyA"] });
      operator.say({ type: "text", text: TEXT });
      for (const down of [true, false]) operator.say({ type: "key", code: "KeyB", down });
      operator.say({ type: "combination", codes: ["ControlLeft", "KeyA"] });
      operator.say({ type: "combination", codes: ["ControlLeft", "KeyC"] });
      operator.clipboard({ type: "ask" });
      return await until("something is copied", () => hears(operator, `${TEXT}b`), 700).catch(() => false);
    });

    operator.say({ type: "key", code: "ShiftLeft", down: true });
    operator.say({ type: "button", button: 0, down: true, ...inIt });
    await until("both are down", async () => {
      const seen = await held();
      return seen?.button && seen.shift;
    });
    tool.kill("SIGKILL");
    await until("both are up", async () => {
      const seen = await held();
      return seen && !seen.button && !seen.shift;
    });
    await until("nothing that was unpacked is left", async () => (await unpacked()).length === 0);
  });

  async function openSession(origin: string): Promise<Console> {
    const relay = await stage.startRelay({
      environment: { ALLOWED_ORIGINS: `http://support.test,${origin}` },
    });
    const { sessionId } = stage;
    service.on("request", async ({ url }, response) => {
      const answers: Record<string, () => Promise<object>> = {
        [toolEndpoints.redeem]: async () => ({
          ...operatorNames,
          sessionId,
          toolSecret: "s".repeat(43),
          language: "en",
        }),
        [toolEndpoints.join]: async () => {
          isAnswered = true;
          return {
            sessionId,
            relayId: relay.relayId,
            signallingUrl: relay.signallingUrl,
            token: await relay.signer.join({ sessionId, role: "tool", permissions: EVERYTHING }),
            iceServers: [],
          };
        },
      };
      const answer = answers[url ?? ""];
      response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ? await answer() : {}));
    });
    await stage.join(relay, "customer");
    return await stage.openConsole(relay);
  }

  /** Where the tool's question stands, its Yes is below on the right. */
  async function pressYes(): Promise<void> {
    const window = await placeOf("Madoguchi");
    // Once it is answered the window goes to a corner, with a button that ends control.
    const isCentred = window !== null && Math.abs(window.x + window.width / 2 - 640) < 40;
    if (!isCentred || isAnswered) return;
    const [x, y] = [window.x + window.width - 130, window.y + window.height - 55];
    await wine.screen.run("xdotool", "mousemove", String(x), String(y), "sleep", "0.05", "click", "1");
  }

  async function placeOf(title: string) {
    const search = ["search", "--onlyvisible", "--name", title, "getwindowgeometry", "--shell"];
    const text = await wine.screen.run("xdotool", ...search).catch(() => "");
    const read = (name: string) => Number(new RegExp(`^${name}=(\\d+)$`, "m").exec(text)?.[1]);
    const place = { x: read("X"), y: read("Y"), width: read("WIDTH"), height: read("HEIGHT") };
    return Object.values(place).some(Number.isNaN) ? null : place;
  }

  function hears({ heard }: Console, text: string): boolean {
    return heard.some((one) => one.includes(JSON.stringify(text).slice(1, -1)));
  }

  async function unpacked(): Promise<string[]> {
    const names = await readdir(wine.temporaryFolder);
    return names.filter((name) => name.startsWith("madoguchi-parts-"));
  }
});
