// Proves that the worker in MEDIASOUP_WORKER_BIN works: a native WebRTC peer completes ICE and DTLS with it and
// a message passes through. Exits with 0 when it does. Starting alone proves little: a worker linked to
// an OpenSSL it does not understand starts well and crashes at the first DTLS record.

import type { types } from "mediasoup";
import * as mediasoup from "mediasoup";
import { PeerConnection } from "node-datachannel";

const CHECK_TIMEOUT_MS = 20_000;
const STREAM_ID = 2;
/** A stream that nothing is sent on; one channel must exist for the peer to negotiate data at all. */
const IDLE_STREAM_ID = 60;

const deadline = setTimeout(() => fail("the DTLS handshake was not done in time"), CHECK_TIMEOUT_MS);
const worker = await mediasoup.createWorker({ logLevel: "error" });
worker.on("died", (error) => fail(`the worker died: ${error.message}`));
const router = await worker.createRouter({ mediaCodecs: [] });
const sender = await connect("sender");
const receiver = await connect("receiver");
const producer = await sender.transport.produceData({
  sctpStreamParameters: { streamId: STREAM_ID, ordered: true },
});
const consumer = await receiver.transport.consumeData({ dataProducerId: producer.id });
const incoming = receiver.connection.createDataChannel("check", {
  negotiated: true,
  id: consumer.sctpStreamParameters?.streamId ?? 0,
});
const outgoing = sender.connection.createDataChannel("check", { negotiated: true, id: STREAM_ID });
await new Promise<void>((resolve) => {
  incoming.onMessage(() => resolve());
  // The receiver's channel may open after the first message has passed, hence more than one.
  const repeat = setInterval(() => {
    if (outgoing.isOpen()) outgoing.sendMessage("ping");
  }, 50);
  repeat.unref();
});
clearTimeout(deadline);
process.exit(0);

async function connect(
  name: string,
): Promise<{ transport: types.WebRtcTransport; connection: PeerConnection }> {
  const transport = await router.createWebRtcTransport({
    listenInfos: [{ protocol: "udp", ip: "127.0.0.1" }],
    enableSctp: true,
    numSctpStreams: { OS: 64, MIS: 64 },
  });
  const connection = new PeerConnection(name, { iceServers: [] });
  // Both handlers before the first channel: creating it starts the negotiation at once.
  const localSdp = new Promise<string>((resolve) => connection.onLocalDescription((sdp) => resolve(sdp)));
  const connected = new Promise<void>((resolve) => {
    connection.onStateChange((state) => {
      if (state === "connected") resolve();
    });
  });
  connection.createDataChannel("idle", { negotiated: true, id: IDLE_STREAM_ID });
  const fingerprint = /a=fingerprint:sha-256 (\S+)/i.exec(await localSdp)?.[1];
  if (fingerprint === undefined) return fail("the native peer offered no SHA-256 fingerprint");
  await transport.connect({
    dtlsParameters: { role: "client", fingerprints: [{ algorithm: "sha-256", value: fingerprint }] },
  });
  connection.setRemoteDescription(iceLiteAnswer(transport), "answer");
  await connected;
  return { transport, connection };
}

function iceLiteAnswer({ iceParameters, iceCandidates, dtlsParameters }: types.WebRtcTransport): string {
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === "sha-256");
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    "a=group:BUNDLE 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 127.0.0.1",
    "a=mid:0",
    "a=sendrecv",
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value ?? ""}`,
    "a=setup:passive",
    "a=sctp-port:5000",
    "a=max-message-size:262144",
    ...iceCandidates.map(
      ({ foundation, priority, address, port }) =>
        `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ host`,
    ),
    "a=end-of-candidates",
    "",
  ].join("\r\n");
}

function fail(reason: string): never {
  console.error(`Worker check failed: ${reason}.`);
  process.exit(1);
}
