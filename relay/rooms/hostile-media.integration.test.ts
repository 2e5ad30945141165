import { randomUUID } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { closeCodes } from "@/protocol/signalling";
import { bindingRequest } from "../testing/binding-request";
import { Bystander } from "../testing/bystander";
import { hostilePackets, spoiled } from "../testing/malformed-packets";
import { NativeBulk } from "../testing/native-bulk";
import { NativePeer, NativeTransport } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { mediaPort } from "../testing/udp-bridge";
import { until } from "../testing/until";

const CALM_MS = 1_000;
const ATTACK_MS = 2_000;
const VOLLEY_EVERY_MS = 20;
const VOLLEY_PACKETS = 40;
/** What the bystander keeps of its frames a second. */
const KEPT = 0.95;
/** In the first byte of a packet (RFC 7983). */
const DTLS_HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const withFiles = { ...CONSENTED_PERMISSIONS, file: true };
/** Of a certificate that nobody here has. */
const somebodyElses = [{ algorithm: "sha-256" as const, value: Array(32).fill("AB").join(":") }];

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

const pass = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A socket of another machine, as far as the relay can tell, and what comes to it: all of 127.0.0.0/8 leads here. */
interface Stranger {
  readonly heard: Buffer[];
  send(packet: Buffer, port: number): void;
}

let strangers: Socket[] = [];
beforeEach(() => () => {
  for (const socket of strangers) socket.close();
  strangers = [];
});

async function stranger(): Promise<Stranger> {
  const socket = createSocket("udp4");
  strangers.push(socket);
  socket.bind(0, `127.0.9.${strangers.length}`);
  await once(socket, "listening");
  const heard: Buffer[] = [];
  socket.on("message", (packet) => heard.push(packet));
  return { heard, send: (packet, port) => socket.send(packet, port, "127.0.0.1") };
}

/** Sends the packets in volleys as long as the attack lasts, over and over. */
async function attack(packets: readonly Buffer[], send: (packet: Buffer, count: number) => void) {
  let count = 0;
  const endsAtMs = performance.now() + ATTACK_MS;
  while (performance.now() < endsAtMs) {
    for (const end = count + VOLLEY_PACKETS; count < end; count += 1) {
      send(packets[count % packets.length] ?? Buffer.alloc(0), count);
    }
    await pass(VOLLEY_EVERY_MS);
  }
  return count;
}

/** A session over bridges whose frames flow, and what of it was on the wire until then. */
async function openBystander() {
  const sessionId = randomUUID();
  const customer = await relay.joinOverBridges(sessionId, "customer");
  const operator = await relay.joinOverBridges(sessionId, "operator");
  const { send: say } = await customer.peer.sendOn("chat");
  const heard = await operator.peer.receiveOn("chat");
  const bystander = await Bystander.watch({ customer: customer.peer, operator: operator.peer });
  const calm = await bystander.framesPerSecondDuring(() => pass(CALM_MS));
  const bridges = [...customer.bridges, ...operator.bridges];
  const real = bridges.flatMap(({ fromPeer }) => fromPeer);
  const isChat = async (text: string) => {
    say(text);
    await until("the chat goes on", () => heard.includes(text));
  };
  return { customer, operator, expectChat: isChat, bystander, calm, bridges, real };
}

function clientHello(packets: readonly Buffer[]): Buffer {
  const hello = packets.find((packet) => packet[0] === DTLS_HANDSHAKE && packet[13] === CLIENT_HELLO);
  if (hello === undefined) throw new Error("nobody has sent a ClientHello");
  return hello;
}

async function openBulk(operator: NativePeer, customer: NativePeer): Promise<[NativeBulk, NativeBulk]> {
  const opening = NativeBulk.open(operator.client);
  await customer.client.notified("otherOpenedBulk");
  return await Promise.all([opening, NativeBulk.open(customer.client)]);
}

async function expectBulk(sending: NativeBulk, receiving: NativeBulk): Promise<void> {
  const arrived: number[] = [];
  receiving.onMessage((message) => arrived.push(...new Uint8Array(message)));
  sending.send(new Uint8Array([1, 2, 3]));
  await until("it arrives", () => arrived.length === 3);
  expect(arrived).toEqual([1, 2, 3]);
}

describe("malformed STUN, DTLS, SRTP and RTCP at the media port", () => {
  test("from strangers do not slow down a session", async () => {
    const { operator, expectChat, bystander, calm, real, bridges } = await openBystander();
    const { usernameFragment } = operator.peer.joined.recvTransport.iceParameters;
    const packets = [...hostilePackets(usernameFragment), ...spoiled(real, 2_000)];
    const many = await Promise.all(Array.from({ length: 20 }, stranger));
    const attacked = await bystander.framesPerSecondDuring(() =>
      attack(packets, (packet, count) =>
        many[count % many.length]?.send(packet, bridges[count % bridges.length]?.relayPort ?? 0),
      ),
    );
    expect(attacked).toBeGreaterThanOrEqual(KEPT * calm);
    await expectChat("after the strangers");
    expect(await relay.metric("worker_restarts_total")).toBe(0);
    bystander.close();
  });

  test("in the name of its own addresses do neither, and repeated packets pass once", async () => {
    const { operator, expectChat, bystander, calm, real, bridges } = await openBystander();
    const { usernameFragment } = operator.peer.joined.recvTransport.iceParameters;
    const packets = [...hostilePackets(usernameFragment), ...spoiled(real, 2_000), ...real];
    const [before, sentBefore] = [bystander.received, bystander.sent];
    const attacked = await bystander.framesPerSecondDuring(() =>
      attack(packets, (packet, count) => bridges[count % bridges.length]?.inject(packet)),
    );
    expect(attacked).toBeGreaterThanOrEqual(KEPT * calm);
    expect(bystander.received - before).toBeLessThanOrEqual(bystander.sent - sentBefore + 5);
    await expectChat("after the forger");
    expect(await relay.metric("worker_restarts_total")).toBe(0);
    bystander.close();
  });
});

describe("a ClientHello from another address", () => {
  test("that comes before the peer's own is not answered, and does not keep the peer out", async () => {
    const { bystander, real } = await openBystander();
    bystander.close();
    const hello = clientHello(real);
    const many = await Promise.all(Array.from({ length: 5 }, stranger));
    const sessionId = randomUUID();
    const client = await relay.connect();
    const joined = await client.join(await relay.signer.join({ sessionId, role: "customer" }));
    const racing = setInterval(() => {
      for (const one of many) one.send(hello, mediaPort(joined.recvTransport));
    }, 1);
    try {
      const victim = await NativePeer.connect(client, joined);
      await victim.sendOn("chat");
      victim.close();
    } finally {
      clearInterval(racing);
    }
    for (const { heard } of many) expect(heard).toEqual([]);
  });

  test("from somebody who knows the ICE password too is not let in, and the peer is told to come again", async () => {
    const sessionId = randomUUID();
    const operator = await relay.join(sessionId, "operator");
    const { send: say } = await operator.sendOn("chat");
    const client = await relay.connect();
    const joined = await client.join(await relay.signer.join({ sessionId, role: "customer" }));
    // The customer has said who it is, and the thief is quicker on the way.
    await client.request("connectTransport", {
      transportId: joined.recvTransport.id,
      dtlsParameters: { role: "client", fingerprints: somebodyElses },
    });
    const gaveUp = new AbortController();
    const theft = NativeTransport.connect(
      { request: async () => ({}) },
      joined.recvTransport,
      "RecvOnly",
      gaveUp,
    ).then(
      () => "succeeded",
      () => "failed",
    );
    expect(await client.closedBy()).toEqual({ code: closeCodes.rejoin, reason: "rejoin" });
    const customer = await relay.join(sessionId, "customer");
    const heard = await customer.receiveOn("chat");
    say("for the customer alone");
    await until("it is heard", () => heard.includes("for the customer alone"));
    gaveUp.abort();
    expect(await theft).toBe("failed");
  });

  test("that comes before the peer's own on a transport for bulk data is not answered, and does not keep it shut", async () => {
    const { bystander, real } = await openBystander();
    bystander.close();
    const hello = clientHello(real);
    const many = await Promise.all(Array.from({ length: 5 }, stranger));
    const { operator, customer } = await relay.openSession(withFiles);
    const port = mediaPort(operator.joined.recvTransport);
    const racing = setInterval(() => {
      for (const one of many) one.send(hello, port);
    }, 1);
    try {
      const [sending, receiving] = await openBulk(operator, customer);
      await expectBulk(sending, receiving);
    } finally {
      clearInterval(racing);
    }
    for (const { heard } of many) expect(heard).toEqual([]);
  });

  test("from somebody who knows the ICE password of a transport for bulk data gets nothing, and the session none of it", async () => {
    const { operator, customer } = await relay.openSession(withFiles);
    const { send: say } = await operator.sendOn("chat");
    const heard = await customer.receiveOn("chat");
    const { recvTransport } = await customer.client.request("openBulkTransports", {});
    await customer.client.request("connectTransport", {
      transportId: recvTransport.id,
      dtlsParameters: { role: "client", fingerprints: somebodyElses },
    });
    const gaveUp = new AbortController();
    const theft = NativeTransport.connect(
      { request: async () => ({}) },
      recvTransport,
      "RecvOnly",
      gaveUp,
    ).then(
      () => "succeeded",
      () => "failed",
    );
    const taken = 'use="bulk",protocol="udp"';
    await until("the thief is there first", async () => (await relay.metric("transports", taken)) > 0);
    say("while somebody tries");
    await until("the chat goes on", () => heard.includes("while somebody tries"));
    // Opened anew, the way is the customer's again.
    const [sending, receiving] = await openBulk(operator, customer);
    await expectBulk(sending, receiving);
    gaveUp.abort();
    expect(await theft).toBe("failed");
    expect(customer.client.closed).toBeUndefined();
  });

  test("does not take a session's transport that stands, whatever its sender knows", async () => {
    const { customer, operator, expectChat, bystander, calm, real } = await openBystander();
    const thief = await stranger();
    const hello = clientHello(real);
    const of = ({ sendTransport, recvTransport }: typeof customer.peer.joined) => [
      sendTransport,
      recvTransport,
    ];
    for (const [index, transport] of [...of(customer.peer.joined), ...of(operator.peer.joined)].entries()) {
      const bridge = [...customer.bridges, ...operator.bridges][index];
      if (!transport || !bridge) throw new Error("both sides have both transports");
      const { usernameFragment, password } = transport.iceParameters;
      const heardBefore = thief.heard.length;
      thief.send(bindingRequest(`${usernameFragment}:thief`, { password }), bridge.relayPort);
      await until("the check is answered", () => thief.heard.length > heardBefore);
      for (let count = 0; count < 3; count += 1) thief.send(hello, bridge.relayPort);
      // As a browser does every few seconds, the peer checks its connection: that makes it the one again.
      const check = bridge.fromPeer.findLast((packet) => (packet[0] ?? 0xff) < 2);
      if (check === undefined) throw new Error("the peer has sent no check");
      bridge.inject(check);
    }
    const afterwards = await bystander.framesPerSecondDuring(() => pass(CALM_MS));
    expect(afterwards).toBeGreaterThanOrEqual(KEPT * calm);
    await expectChat("after the thief");
    // Answers to its checks and maybe frames under way, none of which it can read.
    expect(thief.heard.filter((packet) => packet[0] === DTLS_HANDSHAKE)).toEqual([]);
    expect(thief.heard.filter((packet) => packet.includes(Buffer.from([0x9d, 0x01, 0x2a])))).toEqual([]);
    bystander.close();
  });
});
