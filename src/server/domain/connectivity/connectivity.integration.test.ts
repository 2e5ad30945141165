import { jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CHECK_TOKEN_TTL_SECONDS, CHECK_TOKEN_TYPE, checkClaimsSchema } from "@/protocol/connectivity-check";
import { JOIN_TOKEN_ISSUER } from "@/protocol/join-token";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
import { createWorld, freshAddress, refusal, type World } from "../support-sessions/testing/world";

describe("connectivity.begin", () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
  });
  afterEach(async () => {
    await world.db.relay.deleteMany();
  });
  afterAll(() => world.close());

  const anonymous = (address = freshAddress()) => world.call({ [CLIENT_ADDRESS_HEADER]: address }).caller;

  test("gives anybody a token for one check on one relay, and names all relays in service", async () => {
    await world.heartbeat();
    await world.heartbeat({ relayId: "relay-2", publicUrl: "wss://second.example", load: 0.9 });
    await world.heartbeat({ relayId: "relay-3", publicUrl: "wss://third.example", state: "draining" });
    const check = await anonymous().connectivity.begin({});
    expect(check).toMatchObject({
      signallingUrl: "wss://relay.example:443/signalling",
      relays: ["wss://relay.example:443/signalling", "wss://second.example/signalling"],
      iceServers: [],
    });
    const { payload } = await jwtVerify(check.token, world.publicKey, {
      typ: CHECK_TOKEN_TYPE,
      issuer: JOIN_TOKEN_ISSUER,
      audience: "relay-1",
      currentDate: world.now(),
    });
    const claims = checkClaimsSchema.parse(payload);
    expect(claims.sub).toBe(check.checkId);
    expect(claims.exp - claims.iat).toBe(CHECK_TOKEN_TTL_SECONDS);
  });

  test("says when no relay is in service", async () => {
    expect(await refusal(anonymous().connectivity.begin({}))).toMatchObject({ code: "NO_RELAY" });
  });

  test("is throttled by address", async () => {
    await world.heartbeat();
    const insistent = anonymous("192.0.2.10");
    for (let times = 0; times < 20; times += 1) await insistent.connectivity.begin({});
    expect(await refusal(insistent.connectivity.begin({}))).toMatchObject({ code: "CHECK_LIMIT" });
    await anonymous("192.0.2.11").connectivity.begin({});
  });
});
