import { beforeAll, describe, expect, test } from "vitest";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { asksForKeyFrame, type NativePeer, sentVideo, vp8Packet } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

const PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
const withoutView = { ...CONSENTED_PERMISSIONS, view: false };

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

/** A customer who sends frames and an operator who is told of them. */
async function openVideo(operator: NativePeer, customer: NativePeer) {
  const { producerId } = await customer.client.request("produce", {
    rtpParameters: sentVideo,
    source: "screen",
  });
  const consumer = await operator.client.notified("newConsumer", (one) => one.producerId === producerId);
  let sequence = 0;
  const sendFrame = (keyFrame: boolean) => {
    sequence += 1;
    customer.sendingTrack.send(vp8Packet({ sequence, keyFrame }));
  };
  // Beside the video comes what the relay probes the bandwidth with, under an SSRC of its own.
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
  const rtpCount = () => operator.receivingTrack.received.filter((packet) => isRtp(packet, ssrc)).length;
  const requests = () => customer.sendingTrack.received.filter(asksForKeyFrame).length;
  return { producerId, consumer, sendFrame, rtpCount, requests };
}

/** RTCP packet types are 192 to 223 in the second byte (RFC 5761, 4); anything else is RTP, with its SSRC in byte 8. */
function isRtp(packet: Buffer, ssrc: number | undefined): boolean {
  const type = packet[1] ?? 0;
  return (type < 192 || type > 223) && packet.length > 12 && packet.readUInt32BE(8) === ssrc;
}

/** The element's bytes, of either form of RFC 8285 (4.2, 4.3); undefined: it is not there. */
function headerExtensionOf(packet: Buffer, id: number): Buffer | undefined {
  const start = 12 + 4 * ((packet[0] ?? 0) & 0x0f);
  const isShort = packet.readUInt16BE(start) === 0xbede;
  const end = start + 4 + 4 * packet.readUInt16BE(start + 2);
  for (let at = start + 4; at < end; ) {
    const first = packet[at] ?? 0;
    if (first === 0) {
      at += 1;
      continue;
    }
    const [found, length, header] = isShort
      ? [first >> 4, (first & 0x0f) + 1, 1]
      : [first, packet[at + 1] ?? 0, 2];
    if (found === id) return packet.subarray(at + header, at + header + length);
    at += header + length;
  }
  return undefined;
}

describe("the customer's video", () => {
  test("flows once the operator's browser is ready, from a key frame on", async () => {
    const { operator, customer } = await relay.openSession();
    const { consumer, sendFrame, rtpCount, requests } = await openVideo(operator, customer);
    expect(consumer).toMatchObject({ kind: "video", source: "screen", producerPaused: false });
    await operator.client.request("resumeConsumer", { consumerId: consumer.consumerId });
    // A screen that does not answer is asked again and again. By itself mediasoup asks three times at most: at the first
    // packet, when the consumer resumes, and a second later.
    const askedPersistently = () => {
      sendFrame(false);
      return requests() >= 5;
    };
    await until("a key frame is asked for five times", askedPersistently, 20_000);
    expect(rtpCount()).toBe(0);
    sendFrame(true);
    await until("the key frame arrives", () => rtpCount() > 0);
  });

  test("asks for every frame to be shown at once: a playout delay of no more than 0 ms in every packet", async () => {
    const { operator, customer } = await relay.openSession();
    const { consumer, sendFrame } = await openVideo(operator, customer);
    const extensions = consumer.rtpParameters.headerExtensions ?? [];
    const [playoutDelay, ...others] = extensions.filter(({ uri }) => uri === PLAYOUT_DELAY_URI);
    expect(others).toEqual([]);
    await operator.client.request("resumeConsumer", { consumerId: consumer.consumerId });
    const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
    const arrived = () => operator.receivingTrack.received.filter((packet) => isRtp(packet, ssrc));
    await until("video flows", () => {
      sendFrame(true);
      return arrived().length > 0;
    });
    for (const packet of arrived()) {
      expect(headerExtensionOf(packet, playoutDelay?.id ?? 0)).toEqual(Buffer.from([0, 0, 0]));
    }
  });

  test("is left as it is for a browser that knows no playout delay", async () => {
    const { operator, customer } = await relay.openSession();
    const { headerExtensions = [], ...rtpCapabilities } = operator.joined.routerRtpCapabilities;
    await operator.client.request("receive", {
      rtpCapabilities: {
        ...rtpCapabilities,
        headerExtensions: headerExtensions.filter(({ uri }) => uri !== PLAYOUT_DELAY_URI),
      },
    });
    const { consumer } = await openVideo(operator, customer);
    const uris = consumer.rtpParameters.headerExtensions?.map(({ uri }) => uri);
    expect(uris).toContain("urn:ietf:params:rtp-hdrext:sdes:mid");
    expect(uris).not.toContain(PLAYOUT_DELAY_URI);
  });

  test("stops with the permission to view and comes back with it", async () => {
    const { operator, customer } = await relay.openSession();
    const chat = await customer.sendOn("chat");
    const heard = await operator.receiveOn("chat");
    const { consumer, sendFrame, rtpCount } = await openVideo(operator, customer);
    await operator.client.request("resumeConsumer", { consumerId: consumer.consumerId });
    await until("video flows", () => {
      sendFrame(true);
      return rtpCount() > 0;
    });

    await customer.client.request("setPermissions", { permissions: withoutView });
    await operator.client.notified("producerPaused");
    chat.send("revoked");
    await until("all that was under way has arrived", () => heard.includes("revoked"));
    const before = rtpCount();
    for (let count = 0; count < 20; count += 1) sendFrame(true);
    chat.send("sent");
    await until("what was sent would have arrived", () => heard.includes("sent"));
    expect(rtpCount()).toBe(before);

    await customer.client.request("setPermissions", { permissions: CONSENTED_PERMISSIONS });
    await operator.client.notified("producerResumed");
    await until("video flows again", () => {
      sendFrame(true);
      return rtpCount() > before;
    });
  });

  test("is announced as paused, and held back, when the token does not grant viewing", async () => {
    const { operator, customer } = await relay.openSession(withoutView);
    const { consumer, sendFrame, rtpCount } = await openVideo(operator, customer);
    expect(consumer.producerPaused).toBe(true);
    await operator.client.request("resumeConsumer", { consumerId: consumer.consumerId });
    for (let count = 0; count < 20; count += 1) sendFrame(true);
    const chat = await customer.sendOn("chat");
    const heard = await operator.receiveOn("chat");
    chat.send("sent");
    await until("what was sent would have arrived", () => heard.includes("sent"));
    expect(rtpCount()).toBe(0);
  });

  test("can be paused and resumed by the customer, and the operator is told", async () => {
    const { operator, customer } = await relay.openSession();
    const { producerId, consumer } = await openVideo(operator, customer);
    const { consumerId } = consumer;
    await customer.client.request("pauseProducer", { producerId });
    expect(await operator.client.notified("producerPaused")).toMatchObject({ consumerId });
    await customer.client.request("resumeProducer", { producerId });
    expect(await operator.client.notified("producerResumed")).toMatchObject({ consumerId });
    await customer.client.request("closeProducer", { producerId });
    expect(await operator.client.notified("consumerClosed")).toMatchObject({ consumerId });
  });

  test("is replaced by a second one", async () => {
    const { operator, customer } = await relay.openSession();
    const first = await openVideo(operator, customer);
    const second = await openVideo(operator, customer);
    expect(await operator.client.notified("consumerClosed")).toMatchObject({
      consumerId: first.consumer.consumerId,
    });
    await operator.client.request("resumeConsumer", { consumerId: second.consumer.consumerId });
    await expect(
      operator.client.request("resumeConsumer", { consumerId: first.consumer.consumerId }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("waits for an operator who joins later or comes back", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const { producerId } = await openVideo(operator, customer);
    operator.client.leave();
    const returned = await relay.join(sessionId, "operator");
    expect(await returned.client.notified("newConsumer")).toMatchObject({ producerId });
  });

  test("is the customer's alone to send", async () => {
    const { operator } = await relay.openSession();
    await expect(
      operator.client.request("produce", { rtpParameters: sentVideo, source: "screen" }),
    ).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });

  test.each([
    [
      "of sound",
      {
        ...sentVideo,
        codecs: [{ mimeType: "audio/opus", payloadType: 111, clockRate: 48_000, channels: 2 }],
      },
    ],
    [
      "of an unknown codec",
      { ...sentVideo, codecs: [{ mimeType: "video/H266", payloadType: 96, clockRate: 90_000 }] },
    ],
  ])("%s is refused", async (_what, rtpParameters) => {
    const { customer } = await relay.openSession();
    await expect(
      customer.client.request("produce", { rtpParameters, source: "screen" }),
    ).rejects.toMatchObject({ code: "MESSAGE_MALFORMED" });
  });
});
