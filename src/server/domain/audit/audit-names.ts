import type { AuditActor, AuditParty } from "@/protocol/audit-log";
import type { OperatorActor, ProviderActor, ServiceContext } from "@/server/domain/service-context";

type Reader = ServiceContext<OperatorActor> | ServiceContext<ProviderActor>;

const ACTORS_MAX = 2_000;

/**
 * Finds the names behind what the log writes as `operator:<uuid>` or `company:<uuid>`. A company learns the names of its own
 * people alone, deleted ones too; the provider learns those of companies and of its own accounts, and of nobody in a company.
 */
export async function findAuditNames(
  ctx: Reader,
  written: readonly string[],
): Promise<(written: string) => AuditParty> {
  const parties = new Map(written.map((one) => [one, readParty(one)]));
  const idsOf = (kind: string) =>
    [...parties.values()].flatMap((party) => (party.kind === kind && isUuid(party.id) ? [party.id] : []));
  const names = new Map<string, string>();
  const keep = (kind: string, found: readonly { id: string; name: string }[]) => {
    for (const { id, name } of found) names.set(`${kind}:${id}`, name);
  };
  const select = { id: true, name: true } as const;
  const { actor } = ctx;
  if (actor.kind === "operator") {
    const id = { in: idsOf("operator") };
    keep("operator", await ctx.db.operator.findMany({ where: { companyId: actor.companyId, id }, select }));
    names.set(`company:${actor.companyId}`, actor.companyName);
  } else {
    const [companies, accounts] = await Promise.all([
      ctx.db.company.findMany({ where: { id: { in: idsOf("company") } }, select }),
      ctx.db.providerAccount.findMany({ where: { id: { in: idsOf("provider") } }, select }),
    ]);
    keep("company", companies);
    keep("provider", accounts);
  }
  return (one) => ({ ...(parties.get(one) ?? readParty(one)), name: names.get(one) ?? null });
}

/** Whom a log can be narrowed down to: everybody of the company, also those who are deleted; or the provider's accounts. */
export async function listAuditActors(ctx: Reader): Promise<AuditActor[]> {
  const { actor } = ctx;
  const options = {
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: ACTORS_MAX,
    select: { id: true, name: true, code: true },
  } as const satisfies Parameters<typeof ctx.db.operator.findMany>[0];
  const found =
    actor.kind === "operator"
      ? await ctx.db.operator.findMany({ where: { companyId: actor.companyId }, ...options })
      : await ctx.db.providerAccount.findMany(options);
  return found.map(({ id, name, code }) => ({ value: `${actor.kind}:${id}`, name, code }));
}

function readParty(written: string): AuditParty {
  const colon = written.indexOf(":");
  return colon === -1
    ? { kind: written, id: null, name: null }
    : { kind: written.slice(0, colon), id: written.slice(colon + 1), name: null };
}

function isUuid(id: string | null): id is string {
  return id !== null && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
}
