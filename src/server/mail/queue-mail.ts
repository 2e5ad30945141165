import type { Environment } from "@/env";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { seal } from "@/server/sealing/seal";
import { type MailMessage, mailMessageSchema } from "./mail-message";

export type { MailMessage } from "./mail-message";

/**
 * Puts a message into the outbox. It is sent once the transaction commits, and never if it rolls back; the caller waits for
 * no mail server, so that how long an answer takes tells nobody whether a message went out.
 *
 * @param tx the transaction that does what the message tells of
 * @throws ZodError when a fact is out of bounds, such as an address of more than 254 characters
 */
export async function queueMail(
  tx: DatabaseOrTransaction,
  env: Pick<Environment, "DATA_KEY">,
  message: MailMessage,
): Promise<void> {
  const id = newId();
  const facts = JSON.stringify(mailMessageSchema.parse(message));
  await tx.outgoingMail.create({
    data: { id, sealedMessage: seal(env, "outgoing mail", id, Buffer.from(facts)) },
    select: { id: true },
  });
}
