import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { unseal } from "@/server/sealing/seal";
import { isMailPossible } from "./is-mail-possible";
import { type MailMessage, type MailTemplate, mailMessageSchema } from "./mail-message";
import { mailText } from "./mail-text";
import { describeMailFailure, type MailTransport, openMailTransport } from "./mail-transport";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const BATCH = 20;
/** No new batch is begun after this long, so that a run ends before its job's lock does. */
const NEW_BATCH_WITHIN_MS = 10_000;
/** While a message is under way nobody else takes it; a server that dies over it leaves it to others after this long. */
const CLAIM_MS = 2 * MINUTE_MS;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = HOUR_MS;

/** After this long a message would only confuse: a link in it no longer works. */
const USELESS_AFTER_MS: Readonly<Record<MailTemplate, number>> = {
  invitation: 3 * DAY_MS,
  password_reset: 30 * MINUTE_MS,
  account_locked: 3 * DAY_MS,
  password_changed: 3 * DAY_MS,
  second_factor_changed: 3 * DAY_MS,
  company_export_ready: 7 * DAY_MS,
};
const LONGEST_USEFUL_MS = Math.max(...Object.values(USELESS_AFTER_MS));

interface ClaimedMail {
  readonly id: string;
  readonly sealed_message: Uint8Array;
  /** Tries so far, with this one. */
  readonly attempts: number;
  readonly created_at: Date;
}

/**
 * Sends what waits in the outbox. What fails is tried again after 5 s, 15 s, 45 s, … at most an hour, until the message has
 * become useless or the mail server refuses it for good; then it is given up, with a line in the log and in the audit log.
 * Without a mail server messages wait, and go out once there is one.
 *
 * A message is claimed before it is sent and deleted after, so that a server that dies in between sends it twice rather than
 * never.
 *
 * @returns how many were sent or given up
 */
export async function sendMail(ctx: ServiceContext<SystemActor>): Promise<number> {
  if (!isMailPossible(ctx.env)) return await dropUseless(ctx);
  const startedAt = performance.now();
  let transport: MailTransport | undefined;
  let done = 0;
  try {
    for (;;) {
      const claimed = await claim(ctx);
      if (claimed.length === 0) return done;
      transport ??= openMailTransport(ctx.env);
      const open = transport;
      const results = await Promise.all(claimed.map((mail) => sendOne(ctx, open, mail)));
      done += results.filter(Boolean).length;
      if (claimed.length < BATCH || performance.now() - startedAt > NEW_BATCH_WITHIN_MS) return done;
    }
  } finally {
    transport?.close();
  }
}

async function claim(ctx: ServiceContext<SystemActor>): Promise<ClaimedMail[]> {
  const now = ctx.now();
  return await ctx.db.$queryRaw<ClaimedMail[]>`
    UPDATE outgoing_mail SET attempts = attempts + 1, next_attempt_at = ${new Date(now.getTime() + CLAIM_MS)}
    WHERE id IN (
      SELECT id FROM outgoing_mail WHERE next_attempt_at <= ${now}
      ORDER BY next_attempt_at, id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    )
    RETURNING id::text, sealed_message, attempts, created_at`;
}

/** @returns whether the message is off the outbox */
async function sendOne(
  ctx: ServiceContext<SystemActor>,
  transport: MailTransport,
  mail: ClaimedMail,
): Promise<boolean> {
  const message = open(ctx, mail);
  if (message === null) {
    await giveUp(ctx, mail, null, "UNREADABLE");
    return true;
  }
  const ageMs = ctx.now().getTime() - mail.created_at.getTime();
  if (ageMs >= USELESS_AFTER_MS[message.template]) {
    await giveUp(ctx, mail, message.template, "TOO_LATE");
    return true;
  }
  try {
    const words = mailText(message, mail.created_at, ctx.env.PUBLIC_URL.host);
    await transport.send({ id: mail.id, to: message.to, ...words });
  } catch (error) {
    const { summary, isFinal } = describeMailFailure(error);
    if (isFinal) {
      await giveUp(ctx, mail, message.template, summary);
      return true;
    }
    ctx.metrics.mailed("retry");
    const retryInMs = Math.min(FIRST_RETRY_MS * 3 ** (mail.attempts - 1), LONGEST_RETRY_MS);
    ctx.log.warn({ mailId: mail.id, attempts: mail.attempts, failure: summary, retryInMs }, "mail waits");
    await ctx.db.outgoingMail.update({
      where: { id: mail.id },
      data: { lastError: summary, nextAttemptAt: new Date(ctx.now().getTime() + retryInMs) },
      select: { id: true },
    });
    return false;
  }
  await ctx.db.outgoingMail.delete({ where: { id: mail.id }, select: { id: true } });
  ctx.metrics.mailed("sent");
  ctx.log.info({ mailId: mail.id, template: message.template, attempts: mail.attempts }, "mail sent");
  return true;
}

/** Null: sealed with another DATA_KEY, or written by a version that knew other messages. */
function open(ctx: ServiceContext<SystemActor>, mail: ClaimedMail): MailMessage | null {
  try {
    const plain = unseal(ctx.env, "outgoing mail", mail.id, mail.sealed_message);
    return mailMessageSchema.parse(JSON.parse(plain.toString("utf8")));
  } catch {
    return null;
  }
}

async function giveUp(
  ctx: ServiceContext<SystemActor>,
  mail: ClaimedMail,
  template: MailTemplate | null,
  failure: string,
): Promise<void> {
  ctx.metrics.mailed("given_up");
  ctx.log.error({ mailId: mail.id, template, attempts: mail.attempts, failure }, "mail given up");
  await ctx.db.$transaction(async (tx) => {
    await tx.outgoingMail.delete({ where: { id: mail.id }, select: { id: true } });
    await recordAuditEvent(tx, ctx, {
      action: "mail.given_up",
      subject: `mail:${mail.id}`,
      companyId: null,
      detail: { template, failure, attempts: mail.attempts },
    });
  });
}

/** Without a mail server nothing is sent, but nothing waits for ever either. */
async function dropUseless(ctx: ServiceContext<SystemActor>): Promise<number> {
  const { count } = await ctx.db.outgoingMail.deleteMany({
    where: { createdAt: { lt: new Date(ctx.now().getTime() - LONGEST_USEFUL_MS) } },
  });
  ctx.metrics.mails.inc({ outcome: "given_up" }, count);
  if (count > 0) ctx.log.error({ count }, "mail given up: SMTP_URL is not set");
  return count;
}
