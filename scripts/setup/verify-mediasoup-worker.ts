// Proves that the worker in MEDIASOUP_WORKER_BIN works: a native WebRTC peer completes ICE and DTLS with it and
// a message passes through. Exits with 0 when it does. Starting alone proves little: a worker linked to
// an OpenSSL it does not understand starts well and crashes at the first DTLS record.
//
// Then a packet is sent in the peer's name that ends the connection where OpenSSL is older than 3.0.22 (CVE-2026-75806): a record too
// short to be decrypted, for which nobody needs to know a key. Exits with UNSAFE_EXIT_CODE when it does.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { types } from "mediasoup";
import * as mediasoup from "mediasoup";
import { PeerConnection } from "node-datachannel";
import { UNSAFE_EXIT_CODE } from "./worker-check";

const CHECK_TIMEOUT_MS = 20_000;
/** A message takes about a millisecond; a connection that was ended carries none. */
const STILL_CONNECTED_WITHIN_MS = 3_000;
/** Type alert, DTLS 1.2, epoch 1, sequence number 65,535, two bytes (RFC 6347, 4.1). */
const UNDERSIZED_RECORD = Buffer.from("15fefd000100000000ffff00020100", "hex");
const LOOPBACK = "127.0.0.1";
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
let said = "ping";
let hear: () => void = () => {};
incoming.onMessage((message) => {
  if (message === said) hear();
});
// The receiver's channel may open after the first message has passed, hence more than one.
setInterval(() => {
  if (outgoing.isOpen()) outgoing.sendMessage(said);
}, 50);
await new Promise<void>((resolve) => {
  hear = resolve;
});
clearTimeout(deadline);

setTimeout(() => process.exit(UNSAFE_EXIT_CODE), STILL_CONNECTED_WITHIN_MS);
sender.forge(UNDERSIZED_RECORD);
// It was on its way first.
said = "still here";
hear = () => process.exit(0);

interface Connected {
  readonly transport: types.WebRtcTransport;
  readonly connection: PeerConnection;
  /** Sends the worker a packet from the address and port that the peer's own come from. */
  readonly forge: (packet: Buffer) => void;
}

async function connect(name: string): Promise<Connected> {
  const transport = await router.createWebRtcTransport({
    listenInfos: [{ protocol: "udp", ip: LOOPBACK }],
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
  const { port, forge } = await standBefore(transport);
  connection.setRemoteDescription(iceLiteAnswer(transport, port), "answer");
  await connected;
  return { transport, connection, forge };
}

/** Hands packets on between the peer and the worker. @returns where the peer finds it */
async function standBefore({
  iceCandidates,
}: types.WebRtcTransport): Promise<{ port: number; forge: Connected["forge"] }> {
  const [near, far] = [createSocket("udp4"), createSocket("udp4")];
  const workersPort = iceCandidates[0]?.port ?? fail("the worker has no port");
  const forge = (packet: Buffer) => far.send(packet, workersPort, LOOPBACK);
  let peersPort: number | undefined;
  near.on("message", (packet, { port }) => {
    peersPort = port;
    forge(packet);
  });
  far.on("message", (packet) => {
    if (peersPort !== undefined) near.send(packet, peersPort, LOOPBACK);
  });
  for (const socket of [near, far]) {
    socket.bind(0, LOOPBACK);
    await once(socket, "listening");
  }
  return { port: near.address().port, forge };
}

function iceLiteAnswer({ iceParameters, dtlsParameters }: types.WebRtcTransport, port: number): string {
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
    `a=candidate:worker 1 udp 1000 ${LOOPBACK} ${port} typ host`,
    "a=end-of-candidates",
    "",
  ].join("\r\n");
}

function fail(reason: string): never {
  console.error(`Worker check failed: ${reason}.`);
  process.exit(1);
}
