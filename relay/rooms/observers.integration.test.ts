import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { MAX_OBSERVERS, type Observer } from "@/protocol/roles";
import type { SignallingMethod } from "@/protocol/signalling";
import { type NativePeer, sentVideo, vp8Packet } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { EVERYTHING } from "../testing/token-signer";
import { until } from "../testing/until";

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start({ limits: { reconnectWindowMs: 1_000 } });
  return () => relay.stop();
});

const named = (name: string): Observer => ({ observerId: randomUUID(), name });
const gone = { code: 4000, reason: "FORBIDDEN" };

/** What a receiving peer gets of the customer's video, and how the customer sends it. */
async function watchVideo(customer: NativePeer, watcher: NativePeer) {
  const { producerId } = await customer.client.request("produce", {
    rtpParameters: sentVideo,
    source: "screen",
  });
  const consumer = await watcher.client.notified("newConsumer", (one) => one.producerId === producerId);
  await watcher.client.request("resumeConsumer", { consumerId: consumer.consumerId });
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
  let sequence = 0;
  const sendFrame = (keyFrame = true) => {
    sequence += 1;
    customer.sendingTrack.send(vp8Packet({ sequence, keyFrame }));
  };
  const frames = () =>
    watcher.receivingTrack.received.filter((packet) => packet.length > 12 && packet.readUInt32BE(8) === ssrc)
      .length;
  return { sendFrame, frames };
}

/** From here on this peer's browser has no other codec. */
async function showsOnly({ client, joined }: NativePeer, codecs: readonly string[]) {
  const { codecs: known = [], ...capabilities } = joined.routerRtpCapabilities;
  const rtpCapabilities = {
    ...capabilities,
    codecs: known.filter(({ mimeType }) => codecs.includes(mimeType.replace("video/", ""))),
  };
  await client.request("receive", { rtpCapabilities });
}

describe("an observer", () => {
  test("gets the picture, the pointer and the drawing, and no chat", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const pointer = await operator.sendOn("pointer");
    const annotation = await operator.sendOn("annotation");
    const chat = await operator.sendOn("chat");
    const { peer } = await relay.observe(sessionId);
    const seen = {
      pointer: await peer.receiveOn("pointer"),
      annotation: await peer.receiveOn("annotation"),
    };
    const { sendFrame, frames } = await watchVideo(customer, peer);
    const arrives = () => {
      sendFrame();
      return frames() > 0;
    };
    await until("a frame arrives", arrives);
    chat.send("between the two");
    pointer.send("here");
    annotation.send("a stroke");
    await until("the pointer arrives", () => seen.pointer.includes("here"));
    await until("the stroke arrives", () => seen.annotation.includes("a stroke"));
    expect(peer.client.notifications.map(({ event }) => event)).not.toContain("newDataConsumer");
  });

  test("that cannot show the picture is told so, and the customer which codecs everybody can show", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const { peer } = await relay.observe(sessionId);
    await customer.client.request("produce", { rtpParameters: sentVideo, source: "screen" });
    const told = async () => (await customer.client.notified("pictureCodecs")).codecs;
    expect(await told()).toEqual(["AV1", "H264", "VP9", "VP8"]);
    await showsOnly(operator, ["AV1", "H264", "VP8"]);
    expect(await told()).toEqual(["AV1", "H264", "VP8"]);
    await showsOnly(peer, ["AV1"]);
    expect(await told()).toEqual(["AV1"]);
    // What it gets already goes on; what it cannot show does not come.
    const { producerId } = await customer.client.request("produce", {
      rtpParameters: sentVideo,
      source: "screen",
    });
    expect(await peer.client.notified("pictureUnshowable")).toMatchObject({ producerId, codec: "VP8" });
    await operator.client.notified("newConsumer", (one) => one.producerId === producerId);
    peer.client.leave();
    expect(await told()).toEqual(["AV1", "H264", "VP8"]);
  });

  test("sees nothing that the customer does not permit", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const pointer = await operator.sendOn("pointer");
    const { peer } = await relay.observe(sessionId);
    const seen = await peer.receiveOn("pointer");
    await watchVideo(customer, peer);
    const permissions = { ...CONSENTED_PERMISSIONS, view: false, pointer: false };
    await customer.client.request("setPermissions", { permissions });
    await peer.client.notified("producerPaused");
    pointer.send("withheld");
    await customer.client.request("setPermissions", { permissions: CONSENTED_PERMISSIONS });
    await peer.client.notified("producerResumed");
    pointer.send("granted again");
    await until("the pointer arrives", () => seen.includes("granted again"));
    expect(seen).toEqual(["granted again"]);
  });

  test("can send, grant and end nothing", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const { peer } = await relay.observe(sessionId);
    expect(peer.joined).toMatchObject({ role: "observer", sendTransport: null });
    const sctpStreamParameters = { streamId: 7, ordered: true };
    const requests: { method: SignallingMethod; data: object }[] = [
      { method: "produce", data: { rtpParameters: sentVideo, source: "screen" } },
      ...(["pointer", "annotation", "chat", "picture"] as const).map((label) => ({
        method: "produceData" as const,
        data: { label, sctpStreamParameters },
      })),
      { method: "pauseProducer", data: { producerId: "x" } },
      { method: "resumeProducer", data: { producerId: "x" } },
      { method: "closeProducer", data: { producerId: "x" } },
      { method: "setPermissions", data: { permissions: EVERYTHING } },
      { method: "endSession", data: {} },
    ];
    for (const request of requests) {
      expect(await peer.client.requestRaw({ type: "request", ...request })).toEqual({
        error: "PERMISSION_DENIED",
      });
    }
    expect([operator, customer, peer].map(({ client }) => client.closed)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(relay.management.reportsOf(sessionId).map(({ type }) => type)).not.toContain(
      "permissions_changed",
    );
  });

  test("is told to everybody at once, by name, when it comes and when it goes", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    expect([operator.joined.observers, customer.joined.observers]).toEqual([[], []]);
    const first = await relay.observe(sessionId, { observer: named("First") });
    for (const { client } of [operator, customer]) {
      expect(await client.notified("observersChanged")).toMatchObject({ observers: [first.observer] });
    }
    const second = await relay.observe(sessionId, { observer: named("Second") });
    expect(second.peer.joined.observers).toEqual([first.observer, second.observer]);
    for (const { client } of [operator, customer, first.peer]) {
      const told = await client.notified("observersChanged");
      expect(told.observers).toEqual([first.observer, second.observer]);
    }
    first.peer.client.leave();
    for (const { client } of [operator, customer, second.peer]) {
      expect(await client.notified("observersChanged")).toMatchObject({ observers: [second.observer] });
    }
    const { client } = await relay.join(sessionId, "customer");
    expect(client.closed).toBeUndefined();
    expect((await relay.join(sessionId, "operator")).joined.observers).toEqual([second.observer]);

    const { observer, signInId } = first;
    await until("the reports are there", () =>
      relay.management.reportsOf(sessionId).some(({ type }) => type === "observer_left"),
    );
    const reports = relay.management.reportsOf(sessionId).filter(({ type }) => type.startsWith("observer"));
    expect(reports).toMatchObject([
      { type: "observer_joined", observerId: observer.observerId, signInId },
      { type: "observer_joined", observerId: second.observer.observerId },
      { type: "observer_left", observerId: observer.observerId, signInId },
    ]);
    await until("the heartbeat tells who watches", () => {
      const told = relay.management.heartbeats.at(-1)?.sessions.find((one) => one.sessionId === sessionId);
      return told?.observers.length === 1 && told.observers[0]?.observerId === second.observer.observerId;
    });
  });

  test("learns of the customer's coming and going, not of the operator's", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const { peer } = await relay.observe(sessionId);
    expect(peer.joined.otherPresent).toBe(true);
    operator.client.leave();
    await customer.client.notified("otherLeft");
    customer.client.leave();
    await peer.client.notified("otherLeft");
    await relay.join(sessionId, "customer");
    await peer.client.notified("otherJoined");
    expect(peer.client.notifications.map(({ event }) => event)).not.toContain("otherLeft");
  });

  test("that comes again replaces itself, and nobody is told that it went", async () => {
    const { sessionId, customer } = await relay.openSession();
    const observer = named("Reloading");
    const first = await relay.observe(sessionId, { observer });
    await customer.client.notified("observersChanged");
    await relay.observe(sessionId, { observer });
    expect(await first.peer.client.closedBy()).toMatchObject({ code: 4002 });
    expect((await customer.client.notified("observersChanged")).observers).toEqual([observer]);
    const second = await relay.observe(sessionId);
    expect((await customer.client.notified("observersChanged")).observers).toEqual([
      observer,
      second.observer,
    ]);
  });

  test("is refused when five watch already, and let in when one has gone", async () => {
    const { sessionId } = await relay.openSession();
    const watching: Awaited<ReturnType<TestRelay["observe"]>>[] = [];
    for (let count = 0; count < MAX_OBSERVERS; count += 1) watching.push(await relay.observe(sessionId));
    await expect(relay.observe(sessionId)).rejects.toMatchObject({ code: "OBSERVER_LIMIT" });
    // Somebody who watches already may reload even so.
    const [first] = watching;
    const again = await relay.observe(sessionId, { observer: first?.observer });
    again.peer.client.leave();
    const letIn = async () => {
      try {
        return await relay.observe(sessionId);
      } catch {
        return null;
      }
    };
    await until("a place is free", letIn);
  });

  test("opens no room and keeps none open", async () => {
    const sessionId = randomUUID();
    await expect(relay.observe(sessionId)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(relay.management.reportsOf(sessionId)).toEqual([]);

    const open = await relay.openSession();
    const { peer } = await relay.observe(open.sessionId);
    open.operator.client.leave();
    open.customer.client.leave();
    expect(await peer.client.closedBy()).toEqual({ code: 4001, reason: "connection_lost" });
    expect((await peer.client.notified("sessionEnded")).reason).toBe("connection_lost");
  });

  test("goes without an effect on the session, and with the session", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const leaving = await relay.observe(sessionId);
    const staying = await relay.observe(sessionId);
    leaving.peer.client.leave();
    await until("it is told", async () => {
      const { observers } = await customer.client.notified("observersChanged");
      return observers.length === 1 && observers[0]?.observerId === staying.observer.observerId;
    });
    expect(operator.client.closed).toBeUndefined();
    await operator.client.request("endSession", {});
    expect(await staying.peer.client.closedBy()).toEqual({ code: 4001, reason: "ended_by_operator" });
    await expect(relay.observe(sessionId)).rejects.toMatchObject({ code: "SESSION_ENDED" });
  });
});

describe("an observer who may not watch any more", () => {
  const command = async (sessionId: string, path: string, token: string) =>
    await fetch(`${relay.httpUrl}/sessions/${sessionId}${path}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}` },
    });

  test("is sent away by command, and a token from before opens nothing", async () => {
    const { sessionId, customer } = await relay.openSession();
    const { peer, observer } = await relay.observe(sessionId);
    const { observerId } = observer;
    const path = `/observers/${observerId}`;
    const before = await relay.signer.observe({ sessionId, observer });
    const token = await relay.signer.command({ sessionId, observerId });
    expect((await command(sessionId, path, token)).status).toBe(204);
    expect(await peer.client.closedBy()).toEqual(gone);
    await until("the customer is told", async () => {
      const { observers } = await customer.client.notified("observersChanged");
      return observers.length === 0;
    });
    expect(customer.client.closed).toBeUndefined();
    await expect((await relay.connect()).join(before)).rejects.toMatchObject({ code: "FORBIDDEN" });
    // Whoever may watch again gets a token from after it.
    const later = await relay.signer.observe({ sessionId, observer, issuedIn: 2 });
    await (await relay.connect()).join(later);
    expect((await command(sessionId, path, token)).status).toBe(401);
  });

  test("is not sent away by a command for something else, and such a command ends no session", async () => {
    const { sessionId } = await relay.openSession();
    const { peer, observer } = await relay.observe(sessionId);
    const { observerId } = observer;
    const path = `/observers/${observerId}`;
    const forAnother = await relay.signer.command({ sessionId, observerId: randomUUID() });
    const forSession = await relay.signer.command({ sessionId });
    const forElsewhere = await relay.signer.command({ sessionId: randomUUID(), observerId });
    const join = await relay.signer.observe({ sessionId, observer });
    for (const token of [forAnother, forSession, forElsewhere, join]) {
      expect((await command(sessionId, path, token)).status).toBe(401);
    }
    const response = await fetch(`${relay.httpUrl}/sessions/${sessionId}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${await relay.signer.command({ sessionId, observerId })}` },
      body: JSON.stringify({ reason: "revoked" }),
    });
    expect(response.status).toBe(401);
    expect(peer.client.closed).toBeUndefined();
  });

  test("is sent away by the answer to a heartbeat", async () => {
    const { sessionId } = await relay.openSession();
    const { peer, observer } = await relay.observe(sessionId);
    relay.management.dismiss = [{ sessionId, observerId: observer.observerId }];
    expect(await peer.client.closedBy()).toEqual(gone);
    relay.management.dismiss = [];
  });
});

describe("what the plan or the policy excludes", () => {
  const withoutControl = { ...EVERYTHING, control: false };

  test("cannot be granted by the customer", async () => {
    const sessionId = randomUUID();
    const client = await relay.connect();
    await client.join(await relay.signer.join({ sessionId, role: "customer", grantable: withoutControl }));
    const permissions = { ...CONSENTED_PERMISSIONS, control: true };
    await expect(client.request("setPermissions", { permissions })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    expect(client.notifications.map(({ event }) => event)).not.toContain("permissionsChanged");
    await client.request("setPermissions", { permissions: { ...CONSENTED_PERMISSIONS, file: true } });
  });

  test("is taken back at the next joining, and both are told", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const permissions = { ...CONSENTED_PERMISSIONS, control: true };
    await customer.client.request("setPermissions", { permissions });
    await operator.client.notified("permissionsChanged", (one) => one.permissions.control);
    const client = await relay.connect();
    const token = await relay.signer.join({ sessionId, role: "operator", grantable: withoutControl });
    expect((await client.join(token)).permissions).toEqual(CONSENTED_PERMISSIONS);
    await customer.client.notified("permissionsChanged", (one) => !one.permissions.control);
    await expect(customer.client.request("setPermissions", { permissions })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
  });

  test("a token that grants more than may be granted grants no more", async () => {
    const client = await relay.connect();
    const joined = await client.join(
      await relay.signer.join({
        sessionId: randomUUID(),
        role: "customer",
        permissions: EVERYTHING,
        grantable: withoutControl,
      }),
    );
    expect(joined.permissions).toEqual(withoutControl);
  });
});

test("nothing is left over when everybody has gone", async () => {
  const own = await TestRelay.start();
  try {
    const { sessionId, operator, customer } = await own.openSession();
    await operator.sendOn("pointer");
    const watching = [await own.observe(sessionId), await own.observe(sessionId)];
    for (const { peer } of watching) await watchVideo(customer, peer);
    await own.untilMetric("peers", 2, 'role="observer"');
    await customer.client.request("endSession", {});
    for (const name of ["sessions", "peers", "connections", "transports", "consumers", "data_consumers"]) {
      await own.untilMetric(name, 0);
    }
    expect(await own.metric("producers")).toBe(0);
  } finally {
    await own.stop();
  }
});
