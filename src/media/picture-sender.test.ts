import { Device } from "mediasoup-client";
import * as fakeParameters from "mediasoup-client/fakeParameters";
import { FakeHandler } from "mediasoup-client/handlers/FakeHandler";
import { beforeEach, expect, test } from "vitest";
import type { SignallingInput, SignallingMethod, SignallingOutput } from "@/protocol/signalling";
import { PictureSender } from "./picture-sender";

/** What was told to the relay, in order: what is sent is told by its codec. */
let told: string[];
let sender: PictureSender;
let produced: number;

const signalling = {
  async request<M extends SignallingMethod>(
    method: M,
    _data: SignallingInput<M>,
  ): Promise<SignallingOutput<M>> {
    told.push(method);
    const answer: unknown = {};
    return answer as SignallingOutput<M>;
  },
};

const track: MediaStreamTrack = Object.assign(new EventTarget(), {
  id: "screen",
  kind: "video",
  label: "",
  contentHint: "",
  enabled: true,
  muted: false,
  readyState: "live" as const,
  onended: null,
  onmute: null,
  onunmute: null,
  applyConstraints: async () => {},
  clone: () => track,
  getCapabilities: () => ({}),
  getConstraints: () => ({}),
  getSettings: () => ({}),
  stop: () => {},
});

beforeEach(async () => {
  told = [];
  produced = 0;
  // mediasoup-client's own stand-in for a browser: it sends VP8 and VP9.
  const device = await Device.factory({ handlerFactory: FakeHandler.createFactory(fakeParameters) });
  await device.load({ routerRtpCapabilities: fakeParameters.generateRouterRtpCapabilities() });
  const transport = device.createSendTransport(fakeParameters.generateTransportRemoteParameters());
  transport.on("connect", (_parameters, done) => done());
  transport.on("produce", ({ rtpParameters }, done) => {
    produced += 1;
    told.push(rtpParameters.codecs[0]?.mimeType ?? "nothing");
    done({ id: `producer-${produced}` });
  });
  sender = new PictureSender({ signalling, transport, codecs: device.sendRtpCapabilities.codecs ?? [] });
});

test("what is shown before anybody looks has the best codec, and keeps it as long as all can show that", async () => {
  await sender.show(track, "screen", "balanced");
  await sender.setCodecs(["AV1", "VP9", "VP8"]);
  await sender.setCodecs(["VP9"]);
  expect(told).toEqual(["video/VP9"]);
});

test("what somebody cannot show is sent anew, and stays so when that one has gone", async () => {
  await sender.show(track, "screen", "balanced");
  await sender.setCodecs(["VP8"]);
  await sender.setCodecs(["AV1", "VP9", "VP8"]);
  expect(told).toEqual(["video/VP9", "video/VP8"]);
  await sender.show(track, "screen", "balanced");
  expect(told.at(-1)).toBe("video/VP9");
});

test("a codec that is told while a picture is on its way counts when that stands", async () => {
  await Promise.all([sender.show(track, "screen", "balanced"), sender.setCodecs(["VP8"])]);
  expect(told.at(-1)).toBe("video/VP8");
});

test("where nothing is left to choose, it goes on as it is", async () => {
  await sender.show(track, "screen", "balanced");
  await sender.setCodecs(["AV1"]);
  expect(told).toEqual(["video/VP9"]);
});

test("what is paused is sent anew only when it goes on", async () => {
  await sender.show(track, "screen", "balanced");
  await sender.pause();
  await sender.setCodecs(["VP8"]);
  expect(told).toEqual(["video/VP9", "pauseProducer"]);
  await sender.resume();
  expect(told).toEqual(["video/VP9", "pauseProducer", "video/VP8", "resumeProducer"]);
});

test("a pause while a picture is on its way is told of that picture", async () => {
  await Promise.all([sender.show(track, "screen", "balanced"), sender.pause()]);
  expect(told.slice(0, 2)).toEqual(["video/VP9", "pauseProducer"]);
  expect(told).not.toContain("resumeProducer");
});
