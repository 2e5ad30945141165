import { type DigestedEvent, eventDigest, NO_HASH } from "./event-digest";

/**
 * Recomputes one chain from its first link to its last and says where it is not what it should be. Pure: links come in, findings
 * come out, so that the reader of the database can be tested apart.
 */

/** A link as it is stored, with the event that it names. */
export interface StoredLink {
  readonly seq: number;
  readonly eventId: string;
  readonly previousHash: string;
  readonly hash: string;
  /** Null: there is no such event. */
  readonly event: DigestedEvent | null;
}

/** What was signed about a chain, by position. */
export interface SignedFacts {
  /** Hash and time of the checkpoints. */
  readonly checkpoints: ReadonlyMap<number, { readonly hash: string; readonly at: string }>;
  /** Hash of the last link that retention removed. */
  readonly retention: ReadonlyMap<number, string>;
}

export interface Finding {
  readonly kind:
    | "edited"
    | "exchanged"
    | "missing"
    | "out_of_order"
    | "truncated"
    | "rewritten"
    | "foreign"
    | "head"
    | "unlinked"
    | "checkpoint_file";
  /** Position in the chain of the entry that it is about, or of the first one. */
  readonly seq: number | null;
  readonly sentence: string;
}

export interface ChainReport {
  readonly chain: string;
  readonly entries: number;
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  /** How many entries retention removed from the beginning, as was signed. */
  readonly removedByRetention: number;
  /** The youngest checkpoint that agrees; entries after it can only be checked against each other. */
  readonly lastAgreeingCheckpoint: { readonly seq: number; readonly at: string } | null;
  readonly findings: readonly Finding[];
}

export interface ChainToVerify {
  readonly chain: string;
  readonly head: { readonly seq: number; readonly hash: string } | null;
  readonly links: AsyncIterable<StoredLink>;
  readonly signed: SignedFacts;
}

/** Pairs of changed entries are compared for having been exchanged; beyond this many that would take too long. */
const EXCHANGES_SOUGHT_AMONG = 100;

/** @param links in the order of `seq` */
export async function verifyChain({ chain, head, links, signed }: ChainToVerify): Promise<ChainReport> {
  const findings: Finding[] = [];
  const edited: StoredLink[] = [];
  let entries = 0;
  let first: StoredLink | null = null;
  let last: StoredLink | null = null;
  let agreeing: ChainReport["lastAgreeingCheckpoint"] = null;
  let contradicted = false;

  for await (const link of links) {
    entries += 1;
    if (first === null || last === null) {
      first = link;
      findings.push(...checkBeginning(link, signed));
    } else if (link.seq !== last.seq + 1) {
      findings.push(missing(last.seq + 1, link.seq - 1));
    } else if (link.previousHash !== last.hash) {
      findings.push({
        kind: "out_of_order",
        seq: link.seq,
        sentence: `${nameOf(link)} does not follow entry ${last.seq}: one of the two was moved here, put in or removed.`,
      });
    }
    findings.push(...checkEvent(chain, link, edited));
    const checkpoint = signed.checkpoints.get(link.seq);
    if (checkpoint && checkpoint.hash === link.hash) agreeing = { seq: link.seq, at: checkpoint.at };
    else if (checkpoint && !contradicted) {
      contradicted = true;
      findings.push({
        kind: "rewritten",
        seq: link.seq,
        sentence: `${nameOf(link)} is not the one that was signed at ${checkpoint.at}. The chain was written anew from an entry ${agreeing ? `after ${agreeing.seq}` : "at or before this one"}${agreeing ? ` and not after ${link.seq}` : ""}.`,
      });
    }
    last = link;
  }

  findings.push(...exchanges(edited));
  findings.push(...checkEnd(last, head, signed));
  return {
    chain,
    entries,
    firstSeq: first?.seq ?? null,
    lastSeq: last?.seq ?? null,
    removedByRetention: first ? first.seq - 1 : (head?.seq ?? 0),
    lastAgreeingCheckpoint: agreeing,
    findings: findings.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0)),
  };
}

function checkBeginning(link: StoredLink, signed: SignedFacts): Finding[] {
  if (link.seq === 1) {
    if (link.previousHash === NO_HASH) return [];
    return [
      { kind: "out_of_order", seq: 1, sentence: `${nameOf(link)} claims that another came before it.` },
    ];
  }
  if (signed.retention.get(link.seq - 1) === link.previousHash) return [];
  return [missing(1, link.seq - 1, "and no signed statement says that retention removed them")];
}

function checkEvent(chain: string, link: StoredLink, edited: StoredLink[]): Finding[] {
  if (link.event === null) return [missing(link.seq, link.seq)];
  const itsChain = link.event.companyId === null ? "provider" : `company:${link.event.companyId}`;
  if (itsChain !== chain) {
    return [
      {
        kind: "foreign",
        seq: link.seq,
        sentence: `${nameOf(link)} belongs to another chain, ${itsChain}.`,
      },
    ];
  }
  if (eventDigest(link.previousHash, String(link.seq), link.event) !== link.hash) edited.push(link);
  return [];
}

/** Of the entries whose hash is not that of their content: which of them have each other's content? */
function exchanges(edited: readonly StoredLink[]): Finding[] {
  const candidates = edited.length <= EXCHANGES_SOUGHT_AMONG ? edited : [];
  return edited.map((link): Finding => {
    const other = candidates.find(
      ({ event, seq }) =>
        event !== null &&
        seq !== link.seq &&
        eventDigest(link.previousHash, String(link.seq), event) === link.hash,
    );
    return other
      ? {
          kind: "exchanged",
          seq: link.seq,
          sentence: `${nameOf(link)} stands where the one that is now entry ${other.seq} stood.`,
        }
      : { kind: "edited", seq: link.seq, sentence: `${nameOf(link)} was changed after it was written.` };
  });
}

function checkEnd(last: StoredLink | null, head: ChainToVerify["head"], signed: SignedFacts): Finding[] {
  const lastSeq = last?.seq ?? 0;
  const retained = last === null && head !== null && signed.retention.get(head.seq) === head.hash;
  const newestSigned = Math.max(0, ...signed.checkpoints.keys());
  if (newestSigned > lastSeq && !(retained && head.seq >= newestSigned)) {
    const at = signed.checkpoints.get(newestSigned)?.at;
    return [
      {
        kind: "truncated",
        seq: lastSeq + 1,
        sentence: `${range(lastSeq + 1, newestSigned)} missing at the end: ${newestSigned} entries were there when the chain was signed at ${at}.`,
      },
    ];
  }
  if (head !== null && head.seq > lastSeq && !retained) {
    return [
      {
        kind: "truncated",
        seq: lastSeq + 1,
        sentence: `${range(lastSeq + 1, head.seq)} missing at the end: the chain's own record counts ${head.seq}.`,
      },
    ];
  }
  if (last !== null && (head === null || head.seq !== last.seq || head.hash !== last.hash)) {
    return [
      {
        kind: "head",
        seq: last.seq,
        sentence: `The chain's own record of its last entry (${head ? head.seq : "none"}) is not entry ${last.seq}.`,
      },
    ];
  }
  return [];
}

function missing(from: number, to: number, more?: string): Finding {
  return { kind: "missing", seq: from, sentence: `${range(from, to)} missing${more ? `, ${more}` : ""}.` };
}

function range(from: number, to: number): string {
  return from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`;
}

/** Which entry, so that a person finds it: its place, its row, its time and what it says was done. */
function nameOf({ seq, eventId, event }: StoredLink): string {
  const what = event ? `, ${event.action} at ${new Date(Number(event.atMs)).toISOString()}` : "";
  return `Entry ${seq} (event ${eventId}${what})`;
}
