import { parseJson } from "@/lib/parse-json";
import {
  type FileMessage,
  fileMessageSchema,
  MAX_DATA_RECORD_BYTES,
  MAX_MESSAGE_BYTES,
  RECORD_HEADER_BYTES,
  recordTypes,
} from "@/protocol/file-transfer";

/** What is not a record, or not one that may come: the other side does not keep to the protocol. */
export class RecordError extends Error {
  override readonly name = "RecordError";
}

/** A message as one record. @throws RangeError for one that is too long */
export function encodeMessage(message: FileMessage): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(message));
  if (json.length > MAX_MESSAGE_BYTES) throw new RangeError("The message is too long for a record.");
  const record = new Uint8Array(RECORD_HEADER_BYTES + json.length);
  record.set(header(recordTypes.message, json.length));
  record.set(json, RECORD_HEADER_BYTES);
  return record;
}

/** What goes before so many bytes of a file. @throws RangeError for too many */
export function encodeDataHeader(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes < 1 || bytes > MAX_DATA_RECORD_BYTES) throw new RangeError("The piece does not fit a record.");
  return header(recordTypes.data, bytes);
}

function header(type: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint32(1, length);
  return bytes;
}

export type RecordPart =
  | { readonly type: "message"; readonly message: FileMessage }
  /** Some bytes of the present file: a view of what was given. */
  | { readonly type: "data"; readonly bytes: Uint8Array };

/** Finds the records in a stream, however it is cut into pieces. Holds at most one message. */
export class RecordReader {
  readonly #header = new Uint8Array(RECORD_HEADER_BYTES);
  #headerBytes = 0;
  /** Of the data record that is being read. */
  #dataLeft = 0;
  #message: Uint8Array<ArrayBuffer> | null = null;
  #messageBytes = 0;

  /** What a piece contains. @throws RecordError for what is no record */
  *read(piece: Uint8Array): Generator<RecordPart, void, undefined> {
    for (let at = 0; at < piece.length; ) {
      if (this.#dataLeft > 0) {
        const bytes = piece.subarray(at, at + this.#dataLeft);
        this.#dataLeft -= bytes.length;
        at += bytes.length;
        yield { type: "data", bytes };
      } else if (this.#message) {
        const bytes = piece.subarray(at, at + this.#message.length - this.#messageBytes);
        this.#message.set(bytes, this.#messageBytes);
        this.#messageBytes += bytes.length;
        at += bytes.length;
        if (this.#messageBytes === this.#message.length) {
          const message = parsed(this.#message);
          this.#message = null;
          yield { type: "message", message };
        }
      } else {
        const bytes = piece.subarray(at, at + RECORD_HEADER_BYTES - this.#headerBytes);
        this.#header.set(bytes, this.#headerBytes);
        this.#headerBytes += bytes.length;
        at += bytes.length;
        if (this.#headerBytes === RECORD_HEADER_BYTES) this.#begin();
      }
    }
  }

  #begin(): void {
    this.#headerBytes = 0;
    const view = new DataView(this.#header.buffer);
    const type = view.getUint8(0);
    const length = view.getUint32(1);
    if (type === recordTypes.data && length >= 1 && length <= MAX_DATA_RECORD_BYTES) {
      this.#dataLeft = length;
    } else if (type === recordTypes.message && length >= 1 && length <= MAX_MESSAGE_BYTES) {
      this.#message = new Uint8Array(length);
      this.#messageBytes = 0;
    } else {
      throw new RecordError("There is no such record.");
    }
  }
}

function parsed(json: Uint8Array): FileMessage {
  const result = fileMessageSchema.safeParse(parseJson(new TextDecoder().decode(json)));
  if (!result.success) throw new RecordError("There is no such message.");
  return result.data;
}
