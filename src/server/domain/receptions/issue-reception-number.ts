import { AppError } from "@/lib/app-error";
import { RECEPTION_TTL_DEFAULT_MINUTES } from "@/protocol/reception-number";
import type { IssuedReception } from "@/protocol/session-views";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { Prisma } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { drawReceptionNumber } from "./draw-reception-number";
import { hashReceptionNumber } from "./number-hash";
import { ownReceptions } from "./own-receptions";

/** Live numbers of one operator at a time: more than anybody handles, and few enough that numbers stay hard to guess. */
export const LIVE_NUMBERS_PER_OPERATOR = 20;
/** With 10,000 live numbers a draw meets one of them once in 90; ten in a row happen once in 10^19. */
const MAX_DRAWS = 10;
const MINUTE_MS = 60_000;

type Operator = ServiceContext<OperatorActor>;

/**
 * Issues a number that differs from every other live one, on all servers: the partial unique index decides, and a draw that
 * meets a live number is drawn again. The digits are in the answer and nowhere else.
 *
 * @param draw where the digits come from; a test hands in a smaller choice
 * @throws AppError RECEPTION_LIMIT when the operator has 20 live numbers already, UNAVAILABLE when no free number was found
 */
export async function issueReceptionNumber(
  ctx: Operator,
  draw: () => string = drawReceptionNumber,
): Promise<IssuedReception> {
  const ttlMinutes = await readTtlMinutes(ctx);
  for (let attempt = 0; attempt < MAX_DRAWS; attempt += 1) {
    const number = draw();
    const issued = await issueThis(ctx, number, ttlMinutes);
    if (!issued) continue;
    ctx.metrics.received("issued");
    return { ...issued, number };
  }
  throw new AppError("UNAVAILABLE");
}

async function readTtlMinutes(ctx: Operator): Promise<number> {
  const policy = await ctx.db.companyPolicy.findUnique({
    where: { companyId: ctx.actor.companyId },
    select: { receptionTtlMinutes: true },
  });
  return policy?.receptionTtlMinutes ?? RECEPTION_TTL_DEFAULT_MINUTES;
}

/** @returns null when the number is live already */
async function issueThis(
  ctx: Operator,
  number: string,
  ttlMinutes: number,
): Promise<Omit<IssuedReception, "number"> | null> {
  const numberHash = hashReceptionNumber(ctx.env.NUMBER_KEY, number);
  const issuedAt = ctx.now();
  try {
    return await ctx.db.$transaction(async (tx) => {
      await refuseTooMany(ctx, tx, issuedAt);
      // A number that has lapsed blocks nobody, whether or not the job has come by.
      await tx.receptionNumber.updateMany({
        where: { numberHash, state: "live", expiresAt: { lte: issuedAt } },
        data: { state: "expired" },
      });
      const expiresAt = new Date(issuedAt.getTime() + ttlMinutes * MINUTE_MS);
      const receptionId = newId();
      await tx.receptionNumber.create({
        data: { ...ownReceptions(ctx.actor), id: receptionId, numberHash, issuedAt, expiresAt },
        select: { id: true },
      });
      await recordAuditEvent(tx, ctx, {
        action: "reception.issued",
        subject: `reception:${receptionId}`,
        companyId: ctx.actor.companyId,
        detail: { ttlMinutes },
      });
      await notify(tx, `operator:${ctx.actor.operatorId}`);
      return { receptionId, issuedAt, expiresAt };
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return null;
    throw error;
  }
}

/** Counted with the operator's row locked: of two calls at the same moment the second sees the first one's number. */
async function refuseTooMany(ctx: Operator, tx: DatabaseOrTransaction, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT id FROM operator WHERE id = ${ctx.actor.operatorId}::uuid FOR NO KEY UPDATE`;
  const live = await tx.receptionNumber.count({
    where: { ...ownReceptions(ctx.actor), state: "live", expiresAt: { gt: now } },
  });
  if (live >= LIVE_NUMBERS_PER_OPERATOR) throw new AppError("RECEPTION_LIMIT");
}
