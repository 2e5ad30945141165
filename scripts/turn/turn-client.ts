// As much of a TURN client (RFC 8656) over TLS as it takes to try who is let through.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import ipaddr from "ipaddr.js";

const MAGIC_COOKIE = 0x2112_a442;
const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 24;
const ANSWER_TIMEOUT_MS = 5_000;
const UDP = 17;

const methods = { allocate: 0x003, createPermission: 0x008 } as const;
const attributes = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  xorPeerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
} as const;

type Attribute = readonly [type: number, value: Buffer];

export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
}

/** One TLS connection to a TURN server. Requests answer with `ok` or the error code of the server (RFC 8656, 19). */
export class TurnClient {
  readonly #socket: TLSSocket;
  readonly #credentials: TurnCredentials;
  #received = Buffer.alloc(0);
  #realm = "";
  #nonce = "";

  private constructor(socket: TLSSocket, credentials: TurnCredentials) {
    this.#socket = socket;
    this.#credentials = credentials;
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  /** @throws Error when the server's certificate is not this one */
  static async connect(
    server: { readonly port: number; readonly certificate: string },
    credentials: TurnCredentials,
  ): Promise<TurnClient> {
    const socket = connect({
      host: "127.0.0.1",
      port: server.port,
      ca: server.certificate,
      servername: "localhost",
    });
    await once(socket, "secureConnect");
    return new TurnClient(socket, credentials);
  }

  /** Asks for a relayed address. */
  async allocate(family: "ipv4" | "ipv6"): Promise<"ok" | number> {
    const wanted: Attribute[] = [
      [attributes.requestedTransport, Buffer.from([UDP, 0, 0, 0])],
      [attributes.requestedAddressFamily, Buffer.from([family === "ipv4" ? 1 : 2, 0, 0, 0])],
    ];
    // The first answer is a challenge with realm and nonce (RFC 8489, 9.2.3).
    const challenge = await this.#request(methods.allocate, wanted, false);
    this.#realm = challenge.attributes.get(attributes.realm)?.toString() ?? "";
    this.#nonce = challenge.attributes.get(attributes.nonce)?.toString() ?? "";
    return (await this.#request(methods.allocate, wanted, true)).outcome;
  }

  /** Asks that packets may go to this address. */
  async permit(address: string): Promise<"ok" | number> {
    const transaction = randomBytes(12);
    const peer: Attribute = [attributes.xorPeerAddress, xorAddress(address, 9, transaction)];
    return (await this.#request(methods.createPermission, [peer], true, transaction)).outcome;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #request(
    method: number,
    wanted: readonly Attribute[],
    isSigned: boolean,
    transaction = randomBytes(12),
  ): Promise<{ outcome: "ok" | number; attributes: Map<number, Buffer> }> {
    const { username, credential } = this.#credentials;
    const who: Attribute[] = [
      [attributes.username, Buffer.from(username)],
      [attributes.realm, Buffer.from(this.#realm)],
      [attributes.nonce, Buffer.from(this.#nonce)],
    ];
    const body = Buffer.concat((isSigned ? [...wanted, ...who] : wanted).map(encodeAttribute));
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(method, 0);
    header.writeUInt16BE(body.length + (isSigned ? INTEGRITY_BYTES : 0), 2);
    header.writeUInt32BE(MAGIC_COOKIE, 4);
    transaction.copy(header, 8);
    const message = Buffer.concat([header, body]);
    if (isSigned) {
      const key = createHash("md5").update(`${username}:${this.#realm}:${credential}`).digest();
      const integrity = createHmac("sha1", key).update(message).digest();
      this.#socket.write(Buffer.concat([message, encodeAttribute([attributes.messageIntegrity, integrity])]));
    } else this.#socket.write(message);
    const answer = await this.#answer();
    const found = decodeAttributes(answer.subarray(HEADER_BYTES));
    const error = found.get(attributes.errorCode);
    const outcome = error ? (error[2] ?? 0) * 100 + (error[3] ?? 0) : "ok";
    return { outcome, attributes: found };
  }

  async #answer(): Promise<Buffer> {
    const isWhole = () =>
      this.#received.length >= HEADER_BYTES &&
      this.#received.length >= HEADER_BYTES + this.#received.readUInt16BE(2);
    while (!isWhole()) await once(this.#socket, "data", { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    const bytes = HEADER_BYTES + this.#received.readUInt16BE(2);
    const answer = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return answer;
  }
}

function encodeAttribute([type, value]: Attribute): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function decodeAttributes(body: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let offset = 0; offset + 4 <= body.length; ) {
    const length = body.readUInt16BE(offset + 2);
    found.set(body.readUInt16BE(offset), body.subarray(offset + 4, offset + 4 + length));
    offset += 4 + Math.ceil(length / 4) * 4;
  }
  return found;
}

/** XOR-PEER-ADDRESS (RFC 8489, 14.2). */
function xorAddress(address: string, port: number, transaction: Buffer): Buffer {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  transaction.copy(mask, 4);
  const bytes = ipaddr.parse(address).toByteArray();
  const head = Buffer.alloc(4);
  head.writeUInt8(bytes.length === 4 ? 1 : 2, 1);
  head.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  return Buffer.concat([head, Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)))]);
}
