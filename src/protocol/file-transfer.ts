import { z } from "zod";

/**
 * How files go between the two sides of a session, over the bulk link (`src/media/bulk`). Each side opens one stream a link and
 * writes records into it: a type (u8), a length (u32, big-endian), and so many bytes. A record is a message (JSON, below) or a
 * piece of the file that was begun last. Nothing waits for an answer but the consent to a whole batch, so ten thousand small files
 * follow each other as closely as the bytes of a large one.
 *
 * Sender → receiver: `hello`, `offer` with its `entries`; after the receiver's `accept`, for each file `file`, its bytes, `end`.
 * Receiver → sender: `waiting` while a person decides; `accept` with the place to begin at, which is also how a transfer goes on after a cut: the receiver says what
 * it has. `done` when everything is stored and every hash fits.
 */
export const FILE_TRANSFER_VERSION = 1;

/** A file may be so long: a little more than 10 GB, as either kind of gigabyte is counted. */
export const MAX_FILE_BYTES = 10 * 1024 ** 3;
export const MAX_FILES_PER_TRANSFER = 20_000;
/** Folders of a path and its name. */
export const MAX_PATH_PARTS = 32;
/** Of all parts of a path together, in UTF-16 code units. */
export const MAX_PATH_LENGTH = 2_048;
/** Of all paths of a batch together, so that its list cannot fill the receiver's memory. */
export const MAX_PATHS_LENGTH = 4_000_000;
/** Batches of one side that are not over. */
export const MAX_OPEN_TRANSFERS = 50;

export const recordTypes = { message: 1, data: 2 } as const;
export const RECORD_HEADER_BYTES = 5;
/** Longest JSON of a message, in bytes of UTF-8. */
export const MAX_MESSAGE_BYTES = 65_536;
/** Longest piece of a file in one record. Receivers take the bytes as they come and never wait for a whole record. */
export const MAX_DATA_RECORD_BYTES = 1_048_576;

const transferId = z.uuid();
const fileIndex = z.int().min(0).max(MAX_FILES_PER_TRANSFER);
const offset = z.int().min(0).max(MAX_FILE_BYTES);
/** SHA-256 in lower-case hexadecimal digits. */
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A file of a batch, or a folder with nothing in it, which goes through the same steps as a file without bytes. The path is what the
 * sender calls it: nothing that a receiver may use as it is (harmless-names.ts).
 */
export const fileEntrySchema = z
  .strictObject({
    path: z
      .array(z.string().max(MAX_PATH_LENGTH))
      .min(1)
      .max(MAX_PATH_PARTS)
      .refine((parts) => parts.reduce((length, part) => length + part.length, 0) <= MAX_PATH_LENGTH),
    size: offset,
    isFolder: z.literal(true).optional(),
  })
  .refine(({ size, isFolder }) => size === 0 || !isFolder);
export type FileEntry = z.infer<typeof fileEntrySchema>;

/**
 * Why a receiver cannot go on for now.
 *
 * - `storage`: it could not write: no room, no right, the folder is gone.
 * - `mismatch`: what came is not what was sent, by the hash.
 */
export const fileFailures = ["storage", "mismatch"] as const;
export type FileFailure = (typeof fileFailures)[number];

export const fileMessageSchema = z.discriminatedUnion("type", [
  /** First in each stream: the batches that this side sends and that are not over. */
  z.strictObject({
    type: z.literal("hello"),
    version: z.int(),
    sending: z.array(transferId).max(MAX_OPEN_TRANSFERS),
  }),
  /** Sender: a batch. Its entries follow at once. Said again on each link until the batch is over. */
  z.strictObject({
    type: z.literal("offer"),
    transferId,
    files: z.int().min(1).max(MAX_FILES_PER_TRANSFER),
    bytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
  /** Sender: the next entries of the batch that was offered last. */
  z.strictObject({
    type: z.literal("entries"),
    transferId,
    entries: z.array(fileEntrySchema).min(1).max(1_000),
  }),
  /** Receiver: a person has to answer; nothing is known on this page of an answer that was given before. */
  z.strictObject({ type: z.literal("waiting"), transferId }),
  /** Receiver: wants the batch, from this byte of this file on. */
  z.strictObject({ type: z.literal("accept"), transferId, file: fileIndex, offset }),
  /** Receiver: does not want the batch. */
  z.strictObject({ type: z.literal("decline"), transferId }),
  /** Either: gives the batch up for good. */
  z.strictObject({ type: z.literal("cancel"), transferId }),
  /** Sender: the bytes of this file come, from this one on. */
  z.strictObject({ type: z.literal("file"), transferId, file: fileIndex, offset }),
  /** Sender: these were all bytes of the file. SHA-256 of the SHA-256 of each mebibyte of it, in their order. */
  z.strictObject({ type: z.literal("end"), sha256 }),
  /** Sender: this file cannot be read (any more). The others come. */
  z.strictObject({ type: z.literal("skip"), transferId, file: fileIndex }),
  /** Receiver: cannot go on for now; either side may try again. */
  z.strictObject({ type: z.literal("fail"), transferId, reason: z.enum(fileFailures) }),
  /** Receiver: everything is stored. SHA-256 of the hashes of all files, in their order; a skipped one counts as 32 zero bytes. */
  z.strictObject({ type: z.literal("done"), transferId, sha256 }),
]);
export type FileMessage = z.infer<typeof fileMessageSchema>;
