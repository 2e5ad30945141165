import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { TestCertificate } from "../testing/test-certificate";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

let certificate: TestCertificate;
let relay: TestRelay;

beforeAll(async () => {
  certificate = await TestCertificate.make();
  relay = await TestRelay.start({ certificate, workers: 2 });
  return async () => {
    await relay.stop();
    await certificate.remove();
  };
});

describe("a session through the one port", () => {
  test("is told that port for TCP, and each worker's own for UDP", async () => {
    const ports = await Promise.all(
      [0, 1].map(async () => {
        const client = await relay.connect();
        const { recvTransport } = await client.join(
          await relay.signer.join({ sessionId: randomUUID(), role: "customer" }),
        );
        return recvTransport.iceCandidates.map(({ protocol, port, address }) => ({
          protocol,
          port,
          address,
        }));
      }),
    );
    for (const candidates of ports) {
      expect(candidates).toContainEqual({ protocol: "tcp", port: relay.relay.port, address: "127.0.0.1" });
      expect(candidates.map(({ protocol }) => protocol)).toEqual(["udp", "tcp"]);
    }
    expect(new Set(ports.map(([udp]) => udp?.port)).size).toBe(2);
  });

  test("carries data both ways over TCP, whichever worker it is on", async () => {
    for (let worker = 0; worker < 2; worker += 1) {
      const sessionId = randomUUID();
      const operator = await relay.joinOverTcp(sessionId, "operator");
      const customer = await relay.joinOverTcp(sessionId, "customer");
      const pointer = await operator.peer.sendOn("pointer");
      const pointed = await customer.peer.receiveOn("pointer");
      const chat = await customer.peer.sendOn("chat");
      const chatted = await operator.peer.receiveOn("chat");
      pointer.send("over TCP");
      chat.send("and back");
      await until("both arrive", () => pointed.includes("over TCP") && chatted.includes("and back"));
      for (const { packetsReceived } of [...operator.bridges, ...customer.bridges]) {
        expect(packetsReceived).toBeGreaterThan(0);
      }
    }
    expect(await relay.metric("front_connections_total", 'outcome="ice"')).toBeGreaterThanOrEqual(8);
  });

  test("may have one side on UDP and the other on TCP", async () => {
    const sessionId = randomUUID();
    const operator = await relay.join(sessionId, "operator");
    const { peer: customer } = await relay.joinOverTcp(sessionId, "customer");
    const chat = await customer.sendOn("chat");
    const arrived = await operator.receiveOn("chat");
    chat.send("hello");
    await until("it arrives", () => arrived.includes("hello"));
  });
});
