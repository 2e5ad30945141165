import { createHash, randomFillSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { BulkError } from "@/media/bulk/bulk-error";
import { BULK_BUFFERED_BYTES, BulkLink } from "@/media/bulk/bulk-link";
import type { BulkReceiver } from "@/media/bulk/bulk-receiver";
import {
  BULK_FRAME_BYTES,
  BULK_PACKET_BYTES,
  BULK_PAYLOAD_BYTES,
  BULK_PROTOCOL_VERSION,
  BULK_WINDOW_CREDITS,
  encodeBulkFrame,
  parseBulkFrame,
} from "@/protocol/bulk-frames";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { NativeBulk } from "../testing/native-bulk";
import type { NativePeer } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

const withFiles = { ...CONSENTED_PERMISSIONS, file: true };
const MIB = 1_048_576;
/** Several times what the worker may grow by: enough to tell whether it keeps any of it. */
const TRANSFER_MIB = 80;
/** How long a receiver takes nothing. */
const STALL_MS = 2_000;
/** What the worker may grow by while a transfer stands still or runs: a window, its copies, and the allocator's slack. */
const WORKER_GROWTH_BYTES = 24 * MIB;

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

interface BulkSide {
  readonly link: BulkLink;
  readonly bulk: NativeBulk;
  readonly streams: BulkReceiver[];
  readonly closings: BulkError[];
  /** What has come over the channel, taken by a consumer or not. */
  readonly arrivedBytes: () => number;
}

function linkOver(bulk: NativeBulk): BulkSide {
  const streams: BulkReceiver[] = [];
  const closings: BulkError[] = [];
  const link = new BulkLink({
    channel: bulk,
    onStream: (stream) => streams.push(stream),
    onClosed: (error) => closings.push(error),
  });
  bulk.onDrained(BULK_BUFFERED_BYTES / 2, () => link.drained());
  let arrived = 0;
  bulk.onMessage((message) => {
    arrived += message.byteLength;
    link.receive(message);
  });
  return { link, bulk, streams, closings, arrivedBytes: () => arrived };
}

async function openBulk(operator: NativePeer, customer: NativePeer): Promise<[BulkSide, BulkSide]> {
  const opening = NativeBulk.open(operator.client);
  await customer.client.notified("otherOpenedBulk");
  const ways = await Promise.all([opening, NativeBulk.open(customer.client)]);
  const [ours, theirs] = [linkOver(ways[0]), linkOver(ways[1])];
  await Promise.all([ours.link.opened(), theirs.link.opened()]);
  return [ours, theirs];
}

async function closeAll(...sides: BulkSide[]): Promise<void> {
  for (const { link, bulk } of sides) {
    link.close();
    bulk.close();
  }
}

/** Resident memory of the relay's workers. */
async function workerBytes(): Promise<number> {
  let bytes = 0;
  for (const pid of relay.relay.workerPids) {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    bytes += Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
  }
  return bytes;
}

async function firstStream({ streams }: BulkSide): Promise<BulkReceiver> {
  return await until("a stream begins", () => streams[0]);
}

test("80 MiB come through the relay as they were sent, and the worker does not grow with them", async () => {
  const { operator, customer } = await relay.openSession(withFiles);
  const [ours, theirs] = await openBulk(operator, customer);
  const before = await workerBytes();
  const block = randomFillSync(new Uint8Array(MIB));
  const sentHash = createHash("sha256");
  const receivedHash = createHash("sha256");
  const sender = ours.link.openSender();
  const sending = (async () => {
    for (let at = 0; at < TRANSFER_MIB; at += 1) {
      block[0] = at;
      sentHash.update(block);
      await sender.write(block);
    }
    await sender.close();
  })();
  let received = 0;
  let highest = 0;
  for await (const piece of await firstStream(theirs)) {
    receivedHash.update(piece);
    received += piece.length;
    if (received % (32 * MIB) < piece.length) highest = Math.max(highest, await workerBytes());
  }
  await sending;
  expect(received).toBe(TRANSFER_MIB * MIB);
  expect(receivedHash.digest("hex")).toBe(sentHash.digest("hex"));
  expect(highest - before).toBeLessThan(WORKER_GROWTH_BYTES);
  await closeAll(ours, theirs);
}, 120_000);

test("a receiver that stalls stops the sender, delays nobody else, and costs the relay one window", async () => {
  const { operator, customer } = await relay.openSession(withFiles);
  const annotation = await operator.sendOn("annotation");
  const arrived = await customer.receiveOn("annotation");
  const [ours, theirs] = await openBulk(operator, customer);
  const before = await workerBytes();
  const sender = ours.link.openSender();
  const writing = sender.write(new Uint8Array(TRANSFER_MIB * MIB)).catch((error: unknown) => error);
  const stream = await firstStream(theirs);
  await until("nothing more can be sent", () => ours.bulk.bufferedBytes === 0);
  const delays: number[] = [];
  const stalledUntil = performance.now() + STALL_MS;
  while (performance.now() < stalledUntil) {
    const sentAt = performance.now();
    annotation.send(String(delays.length));
    await until("it arrives", () => arrived.length > delays.length);
    delays.push(performance.now() - sentAt);
  }
  // The condition is looked at every 10 ms; a message behind a stalled stream would wait until that goes on.
  expect(Math.max(...delays)).toBeLessThan(STALL_MS / 2);
  expect(theirs.arrivedBytes()).toBeGreaterThan(0);
  expect(theirs.arrivedBytes()).toBeLessThanOrEqual(BULK_WINDOW_CREDITS * BULK_PACKET_BYTES);
  expect((await workerBytes()) - before).toBeLessThan(WORKER_GROWTH_BYTES);
  let received = 0;
  for await (const piece of stream) {
    received += piece.length;
    if (received >= 8 * MIB) break;
  }
  expect(await writing).toMatchObject({ end: "stopped" });
  await closeAll(ours, theirs);
}, 60_000);

test("who sends without being granted anything is cut off by the receiver, and fills no memory of the relay", async () => {
  const { operator, customer } = await relay.openSession(withFiles);
  const opening = NativeBulk.open(operator.client);
  await customer.client.notified("otherOpenedBulk");
  const [hostile, theirWay] = await Promise.all([opening, NativeBulk.open(customer.client)]);
  const theirs = linkOver(theirWay);
  let granted = 0;
  hostile.onMessage((message) => {
    const frame = parseBulkFrame(new Uint8Array(message));
    if (frame?.type === "hello") {
      hostile.send(
        encodeBulkFrame({ type: "hello", version: BULK_PROTOCOL_VERSION, own: 5, heard: frame.own }),
      );
    } else if (frame?.type === "credit") granted = frame.limit;
  });
  await theirs.link.opened();
  await until("a window is granted", () => granted > 0);
  const before = await workerBytes();
  hostile.send(
    encodeBulkFrame({ type: "open", sequence: 0, stream: 1, id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" }),
  );
  const payload = new Uint8Array(BULK_PAYLOAD_BYTES);
  let sequence = 1;
  let highest = 0;
  for (let sent = 0; sent < 100 * MIB; sent += BULK_FRAME_BYTES) {
    hostile.send(encodeBulkFrame({ type: "data", sequence, stream: 1, payload, asks: false }));
    sequence += 1;
    if (sequence % 400 === 0) {
      await until("the own channel drains", () => hostile.bufferedBytes < 4 * MIB);
      highest = Math.max(highest, await workerBytes());
    }
  }
  await until("the receiver has had enough", () => theirs.link.error);
  expect(["violation", "lost"]).toContain(theirs.link.error?.end);
  expect(granted).toBe(BULK_WINDOW_CREDITS);
  expect(highest - before).toBeLessThan(WORKER_GROWTH_BYTES);
  hostile.close();
  await closeAll(theirs);
}, 60_000);

describe("the permission", () => {
  test("is needed to open the way, and nobody but the two sides can have it", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    for (const { client } of [operator, customer]) {
      await expect(client.request("openBulkTransports", {})).rejects.toMatchObject({
        code: "PERMISSION_DENIED",
      });
    }
    await customer.client.request("setPermissions", { permissions: withFiles });
    const { peer } = await relay.observe(sessionId);
    await expect(peer.client.request("openBulkTransports", {})).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    const sides = await openBulk(operator, customer);
    await closeAll(...sides);
  });

  test.each(["operator", "customer"] as const)(
    "revoked in mid-stream stops what the %s sends",
    async (from) => {
      const { operator, customer } = await relay.openSession(withFiles);
      const [atOperator, atCustomer] = await openBulk(operator, customer);
      const [ours, theirs] = from === "operator" ? [atOperator, atCustomer] : [atCustomer, atOperator];
      const sender = ours.link.openSender();
      const flood = (async () => {
        for (;;) await sender.write(new Uint8Array(MIB));
      })();
      const outcome = flood.catch((error: unknown) => error);
      const stream = await firstStream(theirs);
      let received = 0;
      const reading = (async () => {
        for await (const piece of stream) received += piece.length;
      })().catch((error: unknown) => error);
      await until("it flows", () => received > 8 * MIB);
      await customer.client.request("setPermissions", { permissions: CONSENTED_PERMISSIONS });
      // What the relay had sent before may still be on its way to the receiver; nothing comes after it.
      const passed = received;
      await until("nothing is sent any more", () => ours.bulk.bufferedBytes === 0);
      await operator.client.notified("permissionsChanged");
      await customer.client.request("setPermissions", { permissions: withFiles });
      // Whether frames or credits were dropped: the transfer cannot go on, and both ends can be told.
      ours.link.close();
      theirs.link.close();
      expect(await outcome).toMatchObject({ name: "BulkError" });
      expect(await reading).toMatchObject({ name: "BulkError" });
      expect(received - passed).toBeLessThanOrEqual(2 * MIB);
      await closeAll(ours, theirs);
    },
  );
});

describe("the transports", () => {
  test("are counted, replaced when asked for again, and closed with their side", async () => {
    const counted = () => Promise.all([relay.metric("transports"), relay.metric("data_producers")]);
    const [transports, producers] = await counted();
    const { operator, customer } = await relay.openSession(withFiles);
    const [ours, theirs] = await openBulk(operator, customer);
    expect(await counted()).toEqual([transports + 8, producers + 2]);

    ours.link.close();
    ours.bulk.close();
    await operator.client.request("closeBulkTransports", {});
    await customer.client.notified("dataConsumerClosed");
    expect(await counted()).toEqual([transports + 6, producers + 1]);

    theirs.link.close();
    theirs.bulk.close();
    await customer.client.request("closeBulkTransports", {});
    const again = await openBulk(operator, customer);
    expect(await counted()).toEqual([transports + 8, producers + 2]);
    await operator.client.request("openBulkTransports", {});
    expect(await counted()).toEqual([transports + 8, producers + 1]);
    await closeAll(...again);
    customer.client.leave();
    operator.client.leave();
    await relay.untilMetric("transports", transports);
    await relay.untilMetric("data_producers", producers);
  });

  test("carry nothing but bulk data, and bulk data goes nowhere else", async () => {
    const { operator } = await relay.openSession(withFiles);
    await expect(operator.sendOn("file")).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});
