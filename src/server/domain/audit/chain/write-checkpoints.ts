import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { appendCheckpoint, lastCheckpoint } from "./checkpoint-files";

interface Head {
  readonly chain: string;
  readonly seq: bigint;
  readonly hash: Uint8Array;
}

/**
 * Signs where each chain stands, when it has grown since the last time. The statement goes to DATA_DIR and, with all its
 * fields, into the log, so that whoever collects logs keeps a copy on another machine.
 *
 * A chain that no longer has what was signed is not signed again: that is told in the log every time until somebody looks
 * (`npm run audit:verify` says more).
 *
 * @returns how many checkpoints were written
 */
export async function writeCheckpoints(ctx: ServiceContext<SystemActor>): Promise<number> {
  const heads = await ctx.db.$queryRaw<Head[]>`SELECT chain, seq, hash FROM audit_chain WHERE seq > 0`;
  let written = 0;
  for (const head of heads) {
    const last = await lastCheckpoint(ctx.env, head.chain, "checkpoint");
    const seq = Number(head.seq);
    const hash = Buffer.from(head.hash).toString("hex");
    if (last?.seq === seq && last.hash === hash) continue;
    if (last !== null && !(await stillHas(ctx, head, last))) {
      ctx.log.error(
        { chain: head.chain, signedSeq: last.seq, seq },
        "the audit log no longer has what was signed: run npm run audit:verify",
      );
      continue;
    }
    const auditCheckpoint = await appendCheckpoint(ctx.env, {
      kind: "checkpoint",
      chain: head.chain,
      seq,
      hash,
      at: ctx.now(),
    });
    ctx.log.info({ auditCheckpoint }, "audit checkpoint");
    written += 1;
  }
  return written;
}

async function stillHas(
  ctx: ServiceContext<SystemActor>,
  head: Head,
  last: { readonly seq: number; readonly hash: string },
): Promise<boolean> {
  if (Number(head.seq) <= last.seq) return false;
  const link = await ctx.db.auditLink.findUnique({
    where: { chain_seq: { chain: head.chain, seq: last.seq } },
    select: { hash: true },
  });
  if (link) return Buffer.from(link.hash).toString("hex") === last.hash;
  const removed = await lastCheckpoint(ctx.env, head.chain, "retention");
  return removed !== null && removed.seq >= last.seq;
}
