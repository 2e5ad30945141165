// What the relay is measured against: mediasoup and nothing else. Each session is a router with two WebRTC transports, set up
// by two calls over HTTP; after that this process does nothing more.
import { createServer } from "node:http";
import { createWorker } from "mediasoup";

const worker = await createWorker({ logLevel: "error" });
const sessions = [];

/** @returns what both sides need for connecting */
async function open() {
  const router = await worker.createRouter({
    mediaCodecs: [{ kind: "video", mimeType: "video/VP8", clockRate: 90_000 }],
  });
  const options = { listenInfos: [{ protocol: "udp", ip: "127.0.0.1" }] };
  const sending = await router.createWebRtcTransport(options);
  const receiving = await router.createWebRtcTransport(options);
  sessions.push({ sending, receiving });
  return {
    session: sessions.length - 1,
    sending: parametersOf(sending),
    receiving: parametersOf(receiving),
    routerRtpCapabilities: router.rtpCapabilities,
  };
}

function parametersOf({ id, iceParameters, iceCandidates, dtlsParameters }) {
  return { id, iceParameters, iceCandidates, dtlsParameters };
}

async function connect({ session, side, fingerprint }) {
  await sessions[session][side].connect({ dtlsParameters: { role: "client", fingerprints: [fingerprint] } });
  return {};
}

async function forward({ session, rtpParameters, rtpCapabilities }) {
  const { sending, receiving } = sessions[session];
  const producer = await sending.produce({ kind: "video", rtpParameters });
  await receiving.consume({ producerId: producer.id, rtpCapabilities });
  return {};
}

const calls = { open, connect, forward };
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const answer = await calls[request.url.slice(1)](JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));
