import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  CHECK_DOWNLOAD_STEP_BYTES,
  CHECK_MAX_PATHS,
  CHECK_MESSAGE_BYTES,
} from "@/protocol/connectivity-check";
import { CheckClient } from "../testing/check-client";
import { NativeTransport } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

const BUDGET_BYTES = 2_000_000;

describe("the echo room of a check", () => {
  let relay: TestRelay;
  const closing: (() => void)[] = [];

  beforeAll(async () => {
    relay = await TestRelay.start({ limits: { maxChecks: 2, checkBudgetBytes: BUDGET_BYTES } });
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await relay.untilMetric("checks", 0);
    await relay.untilMetric("transports", 0);
  });
  afterAll(() => relay.stop());

  const connect = async () => {
    const client = await CheckClient.connect(relay.signallingUrl);
    closing.push(() => client.webSocket.terminate());
    return client;
  };
  const begin = async () => {
    const client = await connect();
    await client.begin(await relay.signer.check({ sessionId: randomUUID() }));
    return client;
  };
  /** A path with its echo open both ways. */
  const openPath = async (client: CheckClient) => {
    const { pathId, sendTransport, recvTransport } = await client.request("openPath", {});
    const [sending, receiving] = await Promise.all([
      NativeTransport.connect(client, sendTransport, "SendOnly"),
      NativeTransport.connect(client, recvTransport, "RecvOnly"),
    ]);
    closing.push(
      () => sending.close(),
      () => receiving.close(),
    );
    const channel = await sending.openChannel("echo", 1, { ordered: true });
    await client.request("produceData", {
      pathId,
      label: "echo",
      sctpStreamParameters: { streamId: 1, ordered: true },
    });
    const back = await client.request("consumeData", { pathId });
    const returning = await receiving.openChannel("echo", back.sctpStreamParameters.streamId, {
      ordered: true,
    });
    const received: (string | number)[] = [];
    // Of what is not text only the length matters.
    returning.onMessage((message) =>
      received.push(typeof message === "string" ? message : message.byteLength),
    );
    return { pathId, sending, channel, received };
  };

  test("sends back what comes, counts what is uploaded, and sends what is asked for", async () => {
    const client = await begin();
    await relay.untilMetric("checks", 1);
    const path = await openPath(client);

    path.channel.sendMessage("ping");
    await until("the echo is back", () => path.received.includes("ping"));

    const upload = await path.sending.openChannel("upload", 2, { ordered: true });
    await client.request("produceData", {
      pathId: path.pathId,
      label: "upload",
      sctpStreamParameters: { streamId: 2, ordered: true },
    });
    for (let index = 0; index < 10; index += 1) upload.sendMessageBinary(Buffer.alloc(CHECK_MESSAGE_BYTES));
    const wanted = 4 + 10 * CHECK_MESSAGE_BYTES;
    await until("all has arrived", async () => (await client.request("received", {})).bytes === wanted);
    expect(path.received).toEqual(["ping"]);

    await client.request("download", { pathId: path.pathId, bytes: CHECK_DOWNLOAD_STEP_BYTES });
    const size = () =>
      path.received.reduce<number>((sum, one) => sum + (typeof one === "number" ? one : 0), 0);
    await until("all is downloaded", () => size() === CHECK_DOWNLOAD_STEP_BYTES);
  });

  test("opens with a check's token alone, once, and a session does not open with it", async () => {
    const sessionId = randomUUID();
    const joinToken = await relay.signer.join({ sessionId, role: "customer" });
    await expect((await connect()).begin(joinToken)).rejects.toThrow("TOKEN_INVALID");
    const expired = await relay.signer.check({ sessionId, expiresIn: -60 });
    await expect((await connect()).begin(expired)).rejects.toThrow("TOKEN_EXPIRED");
    const elsewhere = await relay.signer.check({ sessionId, relayId: "another" });
    await expect((await connect()).begin(elsewhere)).rejects.toThrow("TOKEN_WRONG_RELAY");

    const token = await relay.signer.check({ sessionId });
    const session = await relay.connect();
    await expect(session.join(token)).rejects.toThrow("TOKEN_INVALID");
    await (await connect()).begin(token);
    const second = await connect();
    await expect(second.begin(token)).rejects.toThrow("TOKEN_REPLAYED");
    expect((await second.closedBy()).reason).toBe("TOKEN_REPLAYED");
    expect(await relay.metric("sessions")).toBe(0);
  });

  test("nothing is answered before the token", async () => {
    const client = await connect();
    await expect(client.request("openPath", {})).rejects.toThrow("UNAUTHENTICATED");
    expect((await client.closedBy()).reason).toBe("UNAUTHENTICATED");
  });

  test("only so many run at a time, and a place is free again when one ends", async () => {
    const first = await begin();
    await begin();
    await expect(begin()).rejects.toThrow("CHECK_LIMIT");
    first.webSocket.terminate();
    await relay.untilMetric("checks", 1);
    await begin();
  });

  test("has as many paths as it needs and no more", async () => {
    const client = await begin();
    for (let index = 0; index < CHECK_MAX_PATHS; index += 1) await client.request("openPath", {});
    await expect(client.request("openPath", {})).rejects.toThrow("MESSAGE_TOO_OFTEN");
  });

  test("closes when its bytes are used up, whichever way they went", async () => {
    const down = await begin();
    const { pathId, received } = await openPath(down);
    const steps = Math.floor(BUDGET_BYTES / CHECK_DOWNLOAD_STEP_BYTES);
    for (let index = 0; index < steps; index += 1) {
      await down.request("download", { pathId, bytes: CHECK_DOWNLOAD_STEP_BYTES });
      const wanted = ((index + 1) * CHECK_DOWNLOAD_STEP_BYTES) / CHECK_MESSAGE_BYTES;
      await until("the step is here", () => received.length === wanted);
    }
    await expect(down.request("download", { pathId, bytes: CHECK_DOWNLOAD_STEP_BYTES })).rejects.toThrow(
      "TOO_LARGE",
    );
    expect((await down.closedBy()).reason).toBe("TOO_LARGE");

    const up = await begin();
    const path = await openPath(up);
    const message = Buffer.alloc(CHECK_MESSAGE_BYTES);
    await until(
      "the relay has had enough",
      () => {
        const hasRoom = () => path.channel.isOpen() && path.channel.bufferedAmount() < 1_000_000;
        for (let index = 0; index < 20 && hasRoom(); index += 1) {
          path.channel.sendMessageBinary(message);
        }
        return up.closed !== undefined;
      },
      40_000,
    );
    expect(up.closed?.reason).toBe("TOO_LARGE");
  });
});
