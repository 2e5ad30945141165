import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Network } from "../network/network";
import { bringUpToDate, type UpdateRun } from "./bring-up-to-date";
import { ReleaseServer } from "./testing/release-server";

const NAME = "madoguchi_127.0.0.1~1_AAAAAAAAAAAAAAAAAAAAAA.run";
const FORMER = "#!/bin/sh\nexit 99\n";

let server: ReleaseServer;
let folder: string;
let executable: string;

beforeEach(async () => {
  server = await ReleaseServer.start();
  folder = await mkdtemp(path.join(os.tmpdir(), "update-"));
  executable = path.join(folder, NAME);
  await writeFile(executable, FORMER);
  await chmod(executable, 0o755);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** A program that says that it runs, notes how it was started and ends with 7. What follows makes it long enough to be cut. */
function newerTool(): Buffer {
  const script = `#!${process.execPath}
process.send("running", () => process.disconnect());
require("node:fs").writeFileSync(__dirname + "/started.json", JSON.stringify([process.argv.slice(1), process.env.MADOGUCHI_TOOL_UPDATED]));
process.exitCode = 7;
// `;
  return Buffer.from(`${script}${randomBytes(300_000).toString("base64")}\n`);
}

const said: string[] = [];
function run(changes: Partial<UpdateRun> = {}) {
  said.length = 0;
  return bringUpToDate({
    origin: server.origin,
    network: new Network({}),
    version: "1.0.0",
    platform: "linux",
    release: server.release,
    executable,
    args: ["--pairing=x"],
    environment: { ...process.env, MADOGUCHI_TOOL_UPDATED: undefined },
    language: "en",
    say: (text) => said.push(text),
    signal: new AbortController().signal,
    ...changes,
  });
}

/** The one before is in its place, and nothing beside it. */
async function expectUntouched(): Promise<void> {
  expect(await readFile(executable, "utf8")).toBe(FORMER);
  expect(await readdir(folder)).toEqual([NAME]);
}

test("puts the newer version in its own place, starts it with the same pairing and ends as it does", async () => {
  const newer = newerTool();
  server.publish(newer);
  const outcome = await run();
  expect(outcome.is).toBe("handedOver");
  if (outcome.is !== "handedOver") return;
  expect(await outcome.ended).toBe(7);
  expect(newer.equals(await readFile(executable))).toBe(true);
  expect((await readdir(folder)).sort()).toEqual([NAME, "started.json"]);
  const started = JSON.parse(await readFile(path.join(folder, "started.json"), "utf8"));
  expect(started).toEqual([[executable, "--pairing=x"], "1"]);
  expect(said.at(-1)).toBe("Starting the new version…");
});

test("goes on where a cut line broke off", async () => {
  const newer = newerTool();
  server.publish(newer);
  server.cuts = 2;
  const outcome = await run();
  expect(outcome.is).toBe("handedOver");
  if (outcome.is === "handedOver") await outcome.ended;
  expect(newer.equals(await readFile(executable))).toBe(true);
  expect(server.ranges).toHaveLength(3);
  expect(server.ranges[0]).toBeNull();
  expect(server.ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
});

const PLAIN = "files/madoguchi.run";
test.each([
  ["hands out its files as they are", "static", [PLAIN, `${PLAIN}.br`, `${PLAIN}.br`]],
  ["has the plain files alone", "plain", [PLAIN, `${PLAIN}.br`, PLAIN, PLAIN]],
] as const)("takes it from a host that %s, over a cut line too", async (_what, host, asked) => {
  const newer = newerTool();
  server.publish(newer);
  server.host = host;
  // The first answer is none that is taken.
  server.cuts = 2;
  const outcome = await run();
  expect(outcome).toMatchObject({ is: "handedOver" });
  if (outcome.is === "handedOver") await outcome.ended;
  expect(newer.equals(await readFile(executable))).toBe(true);
  expect(server.paths).toEqual(asked);
  expect(server.ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
});

test("refuses a plain file that somebody changed", async () => {
  server.publish(newerTool());
  server.host = "plain";
  server.tamper(newerTool());
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "damaged" });
  await expectUntouched();
});

test("refuses a host that has the file in no form", async () => {
  server.publish(newerTool());
  server.host = "lost";
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "damaged" });
  await expectUntouched();
});

test("a new start goes on where the last one was ended", async () => {
  server.publish(newerTool());
  server.stalls = 1;
  const stop = new AbortController();
  const stopped = expect(run({ signal: stop.signal })).rejects.toThrow();
  const arrived = await vi.waitFor(async () => {
    const partial = (await readdir(folder)).find((name) => name.includes(".part-"));
    expect((await stat(path.join(folder, partial ?? "none"))).size).toBeGreaterThan(0);
    return partial;
  });
  expect(arrived).toContain(NAME);
  stop.abort();
  await stopped;
  const outcome = await run();
  expect(outcome.is).toBe("handedOver");
  if (outcome.is === "handedOver") await outcome.ended;
  expect(server.ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
});

test("refuses an older version", async () => {
  server.publish(newerTool(), { version: "0.9.0" });
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "downgrade" });
  expect(server.ranges).toEqual([]);
  await expectUntouched();
});

test("refuses a file that somebody changed", async () => {
  server.publish(newerTool());
  server.tamper(newerTool());
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "damaged" });
  await expectUntouched();
});

test("refuses a file of the right length that somebody changed", async () => {
  const newer = newerTool();
  server.publish(newer);
  const changed = Buffer.from(newer);
  changed.write("A", newer.length - 10);
  changed.write("B", newer.length - 9);
  server.tamper(changed);
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "damaged" });
  await expectUntouched();
});

test("refuses a manifest that another key signed", async () => {
  server.publish(newerTool(), {}, generateKeyPairSync("ed25519").privateKey);
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "wrongSignature" });
  await expectUntouched();
});

test("refuses a manifest that has expired, and one of another channel", async () => {
  server.publish(newerTool(), { expiresAt: new Date(Date.now() - 1).toISOString() });
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "expired" });
  server.publish(newerTool(), { channel: "beta" });
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "otherChannel" });
  await expectUntouched();
});

test("takes the one before again when the new one does not start", async () => {
  server.publish(Buffer.from("#!/bin/sh\nexit 3\n"));
  expect(await run()).toMatchObject({ is: "upToDate", obstacle: "notStarted" });
  await expectUntouched();
});

test("does not go on below the version that the service asks for", async () => {
  server.publish(Buffer.from("#!/bin/sh\nexit 3\n"), { minimumVersion: "1.0.1" });
  const outcome = await run();
  expect(outcome).toMatchObject({ is: "tooOld", obstacle: "notStarted" });
  await expectUntouched();
});

test("goes on without a word when it is the newest, when nothing is published, and as an update itself", async () => {
  expect(await run()).toEqual({ is: "upToDate", obstacle: null, notice: null });
  server.publish(newerTool(), { version: "1.0.0" });
  expect(await run()).toEqual({ is: "upToDate", obstacle: null, notice: null });
  const asked = server.manifestRequests.length;
  expect(await run({ release: null })).toMatchObject({ is: "upToDate", obstacle: null });
  expect(server.manifestRequests).toHaveLength(asked);
});

test("goes on without the network", async () => {
  const origin = server.origin;
  await server.close();
  expect(await run({ origin })).toMatchObject({ is: "upToDate", obstacle: "offline" });
  await expectUntouched();
});
