import { encode } from "next-auth/jwt";
import type { ServerParts } from "@/server/api/context";
import { signInCookieName } from "@/server/auth/cookies";
import { createRandomSecret } from "@/server/auth/random-secret";
import { signInTokenKey } from "@/server/auth/sign-in-token";
import type { SignInStage } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { type Caller, createWorld, type World } from "@/server/domain/support-sessions/testing/world";
import { type MailMessage, mailMessageSchema } from "@/server/mail/mail-message";
import { unseal } from "@/server/sealing/seal";

const YEAR_MS = 365 * 24 * 3_600_000;

export interface TestProvider {
  readonly id: string;
  readonly signInId: string;
  readonly caller: Caller;
}

export type ProviderWorld = Awaited<ReturnType<typeof createProviderWorld>>;

/** A world with a mail server configured (nothing is sent: the messages stay in the outbox) and people who run the service. */
export async function createProviderWorld() {
  const world: World = await createWorld();
  const env = { ...world.env, SMTP_URL: "smtp://127.0.0.1:9" };
  const parts: ServerParts = { ...world.parts, env };

  const createProvider = async (stage: SignInStage = "complete"): Promise<TestProvider> => {
    const id = newId();
    const signInId = newId();
    const { secret: signInSecret, hash } = createRandomSecret();
    await world.db.providerAccount.create({
      data: {
        id,
        code: `p-${id}`,
        name: "A provider",
        email: `${id}@provider.example`,
        passwordHash: "none",
      },
    });
    await world.db.signIn.create({
      data: {
        id: signInId,
        secretHash: hash,
        providerAccountId: id,
        stage,
        clientAddress: "127.0.0.1",
        userAgent: "test",
        lastSeenAt: new Date(world.now().getTime() + YEAR_MS),
        expiresAt: new Date(world.now().getTime() + YEAR_MS),
      },
    });
    const token = await encode({ token: { signInSecret }, secret: signInTokenKey(env) });
    return {
      id,
      signInId,
      caller: world.call({ cookie: `${signInCookieName(env)}=${token}` }, parts).caller,
    };
  };

  /** What waits in the outbox, oldest first, and is then taken out of it. */
  const takeMails = async (): Promise<MailMessage[]> => {
    const rows = await world.db.outgoingMail.findMany({ orderBy: { id: "asc" } });
    await world.db.outgoingMail.deleteMany();
    return rows.map(({ id, sealedMessage }) =>
      mailMessageSchema.parse(JSON.parse(unseal(env, "outgoing mail", id, sealedMessage).toString("utf8"))),
    );
  };

  /** `actor-kind action` of everything in a company's log, or the provider's. */
  const auditOf = async (companyId: string | null): Promise<string[]> => {
    const events = await world.db.auditEvent.findMany({ where: { companyId }, orderBy: { id: "asc" } });
    return events.map(({ actor, action }) => `${actor.split(":")[0]} ${action}`);
  };

  return { ...world, env, parts, createProvider, takeMails, auditOf };
}
