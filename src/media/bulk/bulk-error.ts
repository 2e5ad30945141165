/** Why bulk data stopped. */
export type BulkEnd =
  /** The connection is gone, or the relay dropped something; what was under way has to be sent again. */
  | "lost"
  /** The customer took the permission back. */
  | "revoked"
  /** The other side broke the rules, for instance sent more than it was granted. */
  | "violation"
  /** The sender gave the stream up. */
  | "aborted"
  /** The receiver wants no more of the stream. */
  | "stopped"
  /** This side closed the link or the stream itself. */
  | "closed";

const sentences: Record<BulkEnd, string> = {
  lost: "The connection that carried the data is lost.",
  revoked: "The permission to transfer data was taken back.",
  violation: "The other side broke the rules of the transfer.",
  aborted: "The sender gave the transfer up.",
  stopped: "The receiver wants no more of the transfer.",
  closed: "The transfer was closed on this side.",
};

/** Rejects whatever waits for bulk data that will not flow any more; `end` says why. */
export class BulkError extends Error {
  override readonly name = "BulkError";
  readonly end: BulkEnd;

  constructor(end: BulkEnd) {
    super(sentences[end]);
    this.end = end;
  }
}
