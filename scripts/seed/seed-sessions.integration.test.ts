import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviceInformationSchema } from "@/protocol/device-information";
import { createWorld, type World } from "@/server/domain/support-sessions/testing/world";
import { type SeedProgress, seedSessions } from "./seed-sessions";

const UNTIL = new Date("2026-03-31T12:00:00Z");
const DAY_MS = 86_400_000;
/** Indexes and constraints of the two tables. */
const PARTS = `
  SELECT pg_get_indexdef(indexrelid) AS part FROM pg_index WHERE indrelid = ANY('{support_session,reception_number}'::regclass[])
  UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY('{support_session,reception_number}'::regclass[])
  ORDER BY part`;

describe("seeding", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  async function newCompany(): Promise<{ companyId: string; companyCode: string }> {
    const companyId = await world.createCompany();
    await world.createOperator(companyId);
    await world.createOperator(companyId);
    return { companyId, companyCode: `c-${companyId}` };
  }
  const drawn = (companyId: string) =>
    world.db.supportSession.findMany({
      where: { companyId },
      orderBy: [{ createdAt: "asc" }, { bytesForwarded: "asc" }],
      select: {
        createdAt: true,
        bytesForwarded: true,
        note: true,
        category: true,
        endReason: true,
        device: true,
      },
    });
  const parts = () => world.db.$queryRawUnsafe(PARTS);

  test.each([true, false])("exclusively: %s: in batches, over the whole period", async (exclusively) => {
    const { companyId, companyCode } = await newCompany();
    const before = await parts();
    const told: SeedProgress[] = [];
    await seedSessions(world.env.DATABASE_URL, {
      companyCode,
      count: 20_001,
      days: 100,
      until: UNTIL,
      exclusively,
      onProgress: (progress) => told.push(progress),
    });
    expect(told).toEqual([
      { batches: 1, ofBatches: 2, sessions: 10_000 },
      { batches: 2, ofBatches: 2, sessions: 20_001 },
    ]);
    expect(await parts()).toEqual(before);
    expect(await world.db.supportSession.count({ where: { companyId } })).toBe(20_001);
    expect(await world.db.receptionNumber.count({ where: { companyId, state: "used" } })).toBe(20_001);
    for (let decile = 0; decile < 10; decile += 1) {
      const [gte, lt] = [decile + 1, decile].map(
        (tenths) => new Date(UNTIL.getTime() - tenths * 10 * DAY_MS),
      );
      const within = await world.db.supportSession.count({ where: { companyId, createdAt: { gte, lt } } });
      expect(within, `${gte?.toISOString()} and ten days`).toBeGreaterThan(1_000);
    }
  });

  test("the same number draws the same, another one others", async () => {
    const logs: unknown[] = [];
    for (const seed of [7, 7, 8]) {
      const { companyId, companyCode } = await newCompany();
      await seedSessions(world.env.DATABASE_URL, {
        companyCode,
        count: 500,
        until: UNTIL,
        seed,
        withQuality: 20,
      });
      logs.push(await drawn(companyId));
    }
    expect(logs[1]).toEqual(logs[0]);
    expect(logs[2]).not.toEqual(logs[0]);
  });

  test("ids tell the time, devices are such as browsers tell, the last connections are measured", async () => {
    const { companyId, companyCode } = await newCompany();
    await seedSessions(world.env.DATABASE_URL, { companyCode, count: 500, until: UNTIL, withQuality: 20 });
    const sessions = await world.db.supportSession.findMany({
      where: { companyId },
      orderBy: { createdAt: "desc" },
      include: { quality: true },
    });
    for (const [index, { id, createdAt, device, startedAt, quality }] of sessions.entries()) {
      expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(createdAt.getTime());
      expect(id).toMatch(/^.{14}7.{4}[89ab]/);
      deviceInformationSchema.parse(device);
      if (index >= 20 || startedAt === null) expect(quality).toEqual([]);
    }
    expect(sessions.slice(0, 20).filter(({ quality }) => quality.length > 0).length).toBeGreaterThan(10);
  });

  test("what fails leaves no session, and every index where it was", async () => {
    const { companyId, companyCode } = await newCompany();
    const before = await parts();
    const seeding = seedSessions(world.env.DATABASE_URL, {
      companyCode,
      count: 20_001,
      exclusively: true,
      onProgress: () => {
        throw new Error("interrupted");
      },
    });
    await expect(seeding).rejects.toThrow("interrupted");
    expect(await parts()).toEqual(before);
    expect(await world.db.supportSession.count({ where: { companyId } })).toBe(0);
  });

  test("a company that is not there is named", async () => {
    const seeding = seedSessions(world.env.DATABASE_URL, { companyCode: "nobody", count: 1 });
    await expect(seeding).rejects.toThrow('There is no company "nobody" with an account.');
  });
});
