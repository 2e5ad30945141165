import { z } from "zod";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { isHealthy } from "@/server/domain/status/read-status";

const DAY_MS = 24 * 60 * 60 * 1000;

export const providerOverviewSchema = z.object({
  companies: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      /** Accounts that can sign in. */
      operators: z.int(),
      /** Sessions begun in the last 24 hours. */
      sessionsLastDay: z.int(),
    }),
  ),
  relays: z.array(
    z.object({
      relayId: z.string(),
      region: z.string(),
      version: z.string(),
      state: z.enum(["ready", "draining"]),
      /** 0 to 1: the busiest worker's share of a core. */
      load: z.number(),
      sessions: z.int(),
      lastHeartbeatAt: z.date(),
      healthy: z.boolean(),
    }),
  ),
});
export type ProviderOverview = z.infer<typeof providerOverviewSchema>;

/** All companies and relays. Of what a company does the provider sees counts alone. */
export async function providerOverview(ctx: ServiceContext<ProviderActor>): Promise<ProviderOverview> {
  const now = ctx.now();
  const [companies, relays] = await Promise.all([
    ctx.db.company.findMany({
      orderBy: { code: "asc" },
      select: {
        code: true,
        name: true,
        _count: {
          select: {
            operators: { where: { disabledAt: null } },
            supportSessions: { where: { createdAt: { gte: new Date(now.getTime() - DAY_MS) } } },
          },
        },
      },
    }),
    ctx.db.relay.findMany({ orderBy: { id: "asc" } }),
  ]);
  return {
    companies: companies.map(({ code, name, _count }) => ({
      code,
      name,
      operators: _count.operators,
      sessionsLastDay: _count.supportSessions,
    })),
    relays: relays.map((relay) => ({
      relayId: relay.id,
      region: relay.region,
      version: relay.version,
      state: relay.state,
      load: relay.load,
      sessions: relay.sessions,
      lastHeartbeatAt: relay.lastHeartbeatAt,
      healthy: isHealthy(relay, now),
    })),
  };
}
