import { randomInt } from "node:crypto";
import { CODE_MAX_LENGTH } from "@/protocol/operator-accounts";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";

const MIN_LENGTH = 3;
const RANDOM_LENGTH = 6;
/** Without the letters and digits that are misheard or misread: people spell these on the telephone. */
const RANDOM_CHARACTERS = "abcdefghkmnprstuvwxyz23456789";
const MAX_TRIES = 20;

/**
 * A code that no company has or had: made of the name as far as that is written in Latin letters, else random.
 * Another provider may take it before it is used; creating the company decides.
 */
export async function suggestCompanyCode(
  ctx: ServiceContext<ProviderActor>,
  { name }: { name: string },
): Promise<{ code: string }> {
  const base = latinPart(name);
  for (let attempt = 1; attempt < MAX_TRIES; attempt += 1) {
    const code = base === "" ? randomCode() : attempt === 1 ? base : `${base}-${attempt}`;
    const taken = await ctx.db.company.findUnique({ where: { code }, select: { id: true } });
    if (!taken) return { code };
  }
  return { code: randomCode() };
}

function latinPart(name: string): string {
  const letters = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, CODE_MAX_LENGTH - 3)
    .replace(/-+$/, "");
  return letters.length < MIN_LENGTH ? "" : letters;
}

function randomCode(): string {
  return Array.from({ length: RANDOM_LENGTH }, () =>
    RANDOM_CHARACTERS.charAt(randomInt(RANDOM_CHARACTERS.length)),
  ).join("");
}
