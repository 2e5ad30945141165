import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { SIGNALLING_SUBPROTOCOL } from "@/protocol/signalling";
import { until } from "./until";

/** The request that opens a WebSocket to the relay, as a browser sends it. */
export function upgradeRequest({ origin = "http://support.test", from = "" } = {}): string {
  return [
    "GET /signalling HTTP/1.1",
    "Host: relay.test",
    "Connection: Upgrade",
    "Upgrade: websocket",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Protocol: ${SIGNALLING_SUBPROTOCOL}`,
    `Origin: ${origin}`,
    ...(from === "" ? [] : [`X-Forwarded-For: ${from}`]),
    "",
    "",
  ].join("\r\n");
}

/** A TCP connection that keeps its own half open whatever the relay does, and reads what comes. */
export async function openTcp(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  socket.resume();
  return socket;
}

/** Whether the other side has closed a connection altogether: what is still written to it is answered with a reset. */
export async function untilReset(socket: Socket, what: string, timeoutMs?: number): Promise<void> {
  const poke = () => {
    if (!socket.destroyed) socket.write("\0");
    return socket.destroyed;
  };
  await until(`${what} is closed`, poke, timeoutMs);
}

/** A WebSocket of which every byte is chosen: opens it and says these frames. */
export async function openRaw(port: number, frames: readonly Buffer[], from?: string): Promise<Socket> {
  const socket = await openTcp(port);
  socket.write(upgradeRequest(from === undefined ? {} : { from }));
  const [answer] = await once(socket, "data");
  if (!String(answer).startsWith("HTTP/1.1 101")) throw new Error(String(answer).split("\r\n", 1)[0]);
  for (const frame of frames) socket.write(frame);
  return socket;
}

const MASK = Buffer.from([1, 2, 3, 4]);

/**
 * A frame (RFC 6455, 5.2), right or wrong.
 *
 * @param first FIN, the reserved bits and the opcode
 * @param length announced, when that is another one than the payload has
 */
export function frame(
  first: number,
  payload: Buffer,
  { length = payload.length, masked = true }: { length?: number | bigint; masked?: boolean } = {},
): Buffer {
  const maskBit = masked ? 0x80 : 0;
  const header = Buffer.alloc(length < 126 ? 2 : 10);
  header.writeUInt8(first, 0);
  if (length < 126) header.writeUInt8(maskBit | Number(length), 1);
  else {
    header.writeUInt8(maskBit | 127, 1);
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  if (!masked) return Buffer.concat([header, payload]);
  const hidden = Buffer.from(payload.map((byte, index) => byte ^ (MASK[index % 4] ?? 0)));
  return Buffer.concat([header, MASK, hidden]);
}
