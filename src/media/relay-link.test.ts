import { Device } from "mediasoup-client";
import * as fakeParameters from "mediasoup-client/fakeParameters";
import { FakeHandler } from "mediasoup-client/handlers/FakeHandler";
import type { ConnectionState, Transport } from "mediasoup-client/types";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "@/lib/app-error";
import type { SignallingInput, SignallingMethod, SignallingOutput } from "@/protocol/signalling";
import { type LinkState, RelayLink } from "./relay-link";

/** mediasoup-client's own stand-in for a browser: its transports say what the test has them say. */
const browser = FakeHandler.createFactory(fakeParameters);
let told: LinkState[];
/** The transports that fresh ICE parameters were asked for. */
let asked: string[];
let refused: string | undefined;
let link: RelayLink;
let [session, later]: Transport[] = [];
const say = new Map<Transport | undefined, (state: ConnectionState) => void>();

const signalling = {
  async request<M extends SignallingMethod>(
    method: M,
    data: SignallingInput<M>,
  ): Promise<SignallingOutput<M>> {
    let answer: unknown = {};
    if (method === "restartIce" && "transportId" in data) {
      asked.push(data.transportId);
      if (data.transportId === refused) throw new AppError("NOT_FOUND");
      answer = { iceParameters: fakeParameters.generateTransportRemoteParameters().iceParameters };
    } else {
      link.heard();
    }
    return answer as SignallingOutput<M>;
  },
};

async function transport(): Promise<Transport> {
  let speak: (state: ConnectionState) => void = () => {};
  const device = await Device.factory({
    handlerFactory: {
      ...browser,
      factory: (options) => {
        const handler = browser.factory(options);
        speak = (state) => handler.emit("@connectionstatechange", state);
        return handler;
      },
    },
  });
  await device.load({ routerRtpCapabilities: fakeParameters.generateRouterRtpCapabilities() });
  const made = device.createRecvTransport(fakeParameters.generateTransportRemoteParameters());
  say.set(made, speak);
  return made;
}

beforeEach(async () => {
  vi.useFakeTimers();
  [session, later] = [await transport(), await transport()];
  [told, asked, refused] = [[], [], undefined];
  link = new RelayLink({ signalling, transports: [session], onChange: (state) => told.push(state) });
  link.alsoRestart(later);
  for (const one of [session, later]) say.get(one)?.("connected");
});
afterEach(() => {
  link.close();
  vi.useRealTimers();
});

test("a transport that came later is restarted with the others", async () => {
  for (const one of [session, later]) say.get(one)?.("disconnected");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked.toSorted()).toEqual([session?.id, later?.id].toSorted());
  expect(told).toEqual([{ isDisturbed: true, isHopeless: false }]);
});

test("a transport that came later and is lost alone is restarted alone, without a word", async () => {
  say.get(later)?.("disconnected");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toEqual([later?.id]);
  expect(told).toEqual([]);
});

test("the connection goes on where only that one cannot be restarted", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
  refused = later?.id;
  for (const one of [session, later]) say.get(one)?.("disconnected");
  await vi.advanceTimersByTimeAsync(2_000);
  say.get(session)?.("connected");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([
    { isDisturbed: true, isHopeless: false },
    { isDisturbed: false, isHopeless: false },
  ]);
  expect(warned).toHaveBeenCalledOnce();
  warned.mockRestore();
});

test("one that has closed is left alone", async () => {
  say.get(later)?.("disconnected");
  later?.close();
  say.get(session)?.("failed");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toEqual([session?.id]);
});
