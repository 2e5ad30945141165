import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { iceServersFor } from "@/server/domain/connectivity/ice-servers";
import { type Coturn, startCoturn, whyNoCoturn } from "./coturn";
import { TurnClient, type TurnCredentials } from "./turn-client";

const reason = await whyNoCoturn();
if (reason !== null) console.warn(`TURN is not tested: ${reason}`);

const FORBIDDEN = 403;
const UNAUTHORIZED = 401;

describe.skipIf(reason !== null)("coturn with the settings of ops/turn", () => {
  let coturn: Coturn;
  const clients: TurnClient[] = [];

  beforeAll(async () => {
    coturn = await startCoturn("127.0.0.1");
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => coturn?.stop());

  const credentials = (changes: { ttlSeconds?: number; secret?: string } = {}): TurnCredentials => {
    const { ttlSeconds = 60, secret = coturn.secret } = changes;
    const env = { TURN_URLS: ["turns:localhost"], TURN_SECRET: secret };
    const [server] = iceServersFor({ env, now: () => new Date() }, "a-session", ttlSeconds);
    if (!server) throw new Error("no server");
    return server;
  };
  const open = async (with_ = credentials()) => {
    const client = await TurnClient.connect(coturn, with_);
    clients.push(client);
    return client;
  };

  it("leads to the relay and to no other address", async () => {
    const client = await open();
    expect(await client.allocate("ipv4")).toBe("ok");
    expect(await client.permit("127.0.0.1")).toBe("ok");
    for (const other of [
      "127.0.0.2",
      "10.0.0.1",
      "169.254.169.254",
      "203.0.113.1",
      "0.0.0.0",
      "255.255.255.255",
    ]) {
      expect(await client.permit(other), other).toBe(FORBIDDEN);
    }
  });

  it("refuses every IPv6 peer, however an IPv4 address is written in it", async () => {
    const client = await open();
    expect(await client.allocate("ipv6")).toBe("ok");
    const peers = ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0.0.0.0", "::1", "::", "::127.0.0.1"];
    for (const peer of [...peers, "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1", "2001:db8::1", "ff02::1"]) {
      expect(await client.permit(peer), peer).toBe(FORBIDDEN);
    }
  });

  it("refuses credentials that are expired, forged, or made for another time", async () => {
    expect(await (await open(credentials({ ttlSeconds: -1 }))).allocate("ipv4")).toBe(UNAUTHORIZED);
    const forged = credentials({ secret: "another-secret-that-has-32-letters-too" });
    expect(await (await open(forged)).allocate("ipv4")).toBe(UNAUTHORIZED);
    const { username, credential } = credentials({ ttlSeconds: -1 });
    const later = username.replace(/^\d+/, (expiry) => String(Number(expiry) + 3_600));
    expect(await (await open({ username: later, credential })).allocate("ipv4")).toBe(UNAUTHORIZED);
  });

  it("does not speak plain TURN on its port", async () => {
    const socket = connect(coturn.port, "127.0.0.1");
    await once(socket, "connect");
    const received: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    // It may as well just hang up.
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.once("close", resolve));
    // A Binding request (RFC 8489).
    socket.write(Buffer.from("000100002112a442000000000000000000000000", "hex"));
    socket.end();
    await closed;
    // What may come is a TLS alert (record type 21), never a STUN answer.
    expect(Buffer.concat(received)[0] ?? 21).toBe(21);
  });
});
