import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Direction, forwarderCommandSchema, type Line, PERFECT } from "./line";

/**
 * A bad line, in a process of its own (`WorkerProgram`): what comes to its UDP port goes on to the relay's, and back, late and not
 * all of it. Each packet is lost or not for itself, by numbers that are the same in every run.
 */
const LOOPBACK = "127.0.0.1";

let line: Line = { toRelay: PERFECT, fromRelay: PERFECT, seed: 0 };
let relayPort = 0;
let packets = 0;
let lost = 0;
const browserSide = createSocket("udp4");
/** By the browser's address: how the relay tells its connections apart. */
const relaySides = new Map<string, Socket>();
let drawToRelay = draws(0);
let drawFromRelay = draws(0);

/** Numbers from 0 up to 1, the same for the same seed: a 32-bit generator of Marsaglia's xorshift kind. */
function draws(seed: number): () => number {
  // Zero would stay zero.
  let state = (Math.imul(seed + 1, 0x9e3779b1) | 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

function carry({ lossShare, delayMs }: Direction, draw: () => number, send: () => void): void {
  packets += 1;
  if (draw() < lossShare) lost += 1;
  else if (delayMs === 0) send();
  else setTimeout(send, delayMs);
}

function relaySideOf(port: number, address: string): Socket {
  const key = `${address}:${port}`;
  const known = relaySides.get(key);
  if (known) return known;
  const socket = createSocket("udp4");
  relaySides.set(key, socket);
  socket.on("message", (packet) =>
    carry(line.fromRelay, drawFromRelay, () => browserSide.send(packet, port, address)),
  );
  return socket;
}

browserSide.on("message", (packet, { port, address }) => {
  carry(line.toRelay, drawToRelay, () => {
    relaySideOf(port, address).send(packet, relayPort, LOOPBACK);
  });
});

/** The connections of before are over: another line is for other ones. */
function become(next: Line): void {
  line = next;
  drawToRelay = draws(2 * next.seed);
  drawFromRelay = draws(2 * next.seed + 1);
  for (const socket of relaySides.values()) socket.close();
  relaySides.clear();
}

async function obey(message: unknown): Promise<void> {
  const command = forwarderCommandSchema.parse(message);
  const counted = { packets, lost };
  packets = 0;
  lost = 0;
  if (command.do === "open") {
    relayPort = command.relayPort;
    browserSide.bind(0, LOOPBACK);
    await once(browserSide, "listening");
  } else {
    become(command);
  }
  process.send?.({ port: browserSide.address().port, ...counted });
}

process.on("message", (message) => void obey(message));
// Whoever started it has gone.
process.on("disconnect", () => process.exit(0));
