import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createWorld,
  freshAddress,
  refusal,
  type TestOperator,
  type World,
} from "../support-sessions/testing/world";
import { ADDRESS_MISSES, GLOBAL_BUDGET, SPACE_BUDGET, STRICT_TRY_SECONDS, WINDOW_SECONDS } from "./budgets";
import { pruneRateLimits } from "./prune-rate-limits";

/** Numbers that nobody was given: the operator's are drawn, so a test could meet one, once in 90,000 guesses or so. */
const UNUSED_SPACE = "999";

describe("the throttle of redemptions", () => {
  let world: World;
  let operator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    operator = await world.createOperator(await world.createCompany());
  });
  beforeEach(async () => {
    await world.db.rateLimit.deleteMany();
    await world.db.receptionNumber.deleteMany();
  });
  afterAll(() => world.close());

  function guess(index: number, address: string, space = UNUSED_SPACE) {
    const number = `${space}${String(index % 1000).padStart(3, "0")}`;
    return refusal(world.redeem(number, { address }));
  }

  /** Counts as if so many misses had been made by many addresses. */
  async function spend(key: string, misses: number): Promise<void> {
    const expire = BigInt(Date.now() + WINDOW_SECONDS * 1000);
    await world.db.rateLimit.upsert({
      where: { key },
      create: { key, points: misses, expire },
      update: { points: misses, expire },
    });
  }

  async function points(key: string): Promise<number> {
    return (await world.db.rateLimit.findUnique({ where: { key } }))?.points ?? 0;
  }

  test("an address that keeps guessing is refused, with the time to wait; a right number elsewhere is not", async () => {
    const address = freshAddress();
    for (let index = 0; index < ADDRESS_MISSES; index += 1) {
      expect((await guess(index, address)).code).toBe("RECEPTION_UNKNOWN");
    }
    const refused = await guess(11, address);
    expect(refused.code).toBe("RECEPTION_THROTTLED");
    expect(refused.retryAfterSeconds).toBeGreaterThan(WINDOW_SECONDS - 60);
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(WINDOW_SECONDS);

    const { number } = await operator.caller.reception.issue({});
    expect((await refusal(world.redeem(number, { address }))).code).toBe("RECEPTION_THROTTLED");
    // The neighbour in the same /64 is the same guesser; everybody else is not.
    const neighbour = address.replace(/::1$/, "::2");
    expect((await refusal(world.redeem(number, { address: neighbour }))).code).toBe("RECEPTION_THROTTLED");
    await expect(world.redeem(number)).resolves.toHaveProperty("sessionId");
  });

  test("a hundred guesses of one address at the same instant do not slip through together", async () => {
    const address = freshAddress();
    const codes = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => (await guess(index, address)).code),
    );
    expect(codes.filter((code) => code === "RECEPTION_UNKNOWN")).toHaveLength(ADDRESS_MISSES);
    expect(codes.filter((code) => code === "RECEPTION_THROTTLED")).toHaveLength(100 - ADDRESS_MISSES);
  });

  test("only misses cost: right and malformed numbers are free, and refused tries cost the others nothing", async () => {
    const address = freshAddress();
    for (let index = 0; index < ADDRESS_MISSES + 2; index += 1) {
      const { number, receptionId } = await operator.caller.reception.issue({});
      await world.redeem(number, { address });
      expect((await refusal(world.redeem("nonsense", { address }))).code).toBe("RECEPTION_MALFORMED");
      await world.db.receptionNumber.delete({ where: { id: receptionId } });
    }
    expect(await points("redeem-global:all")).toBe(0);

    for (let index = 0; index < ADDRESS_MISSES + 30; index += 1) await guess(index, address);
    expect(await points("redeem-global:all")).toBe(ADDRESS_MISSES);
    expect(await points(`redeem-space:${UNUSED_SPACE}`)).toBe(ADDRESS_MISSES);
  });

  test("a sweep of one number space by many addresses ends with the space's budget; other spaces stay open", async () => {
    const sweepers = Array.from({ length: SPACE_BUDGET.strictFrom / 3 }, () => freshAddress());
    let index = 0;
    for (const address of sweepers) {
      for (let tries = 0; tries < 3; tries += 1) {
        index += 1;
        expect((await guess(index, address)).code).toBe("RECEPTION_UNKNOWN");
      }
    }
    for (const address of sweepers) expect((await guess(index, address)).code).toBe("RECEPTION_THROTTLED");
    expect((await guess(1, sweepers[0] ?? "", "998")).code).toBe("RECEPTION_UNKNOWN");
    // Refusals were not charged to the space, so it is strict and not closed: somebody fresh gets a try.
    expect(await points(`redeem-space:${UNUSED_SPACE}`)).toBe(SPACE_BUDGET.strictFrom);
    expect((await guess(2, freshAddress())).code).toBe("RECEPTION_UNKNOWN");
  });

  test("when everybody together missed too often, only fresh addresses get in, once a minute", async () => {
    const missedOnce = freshAddress();
    expect((await guess(1, missedOnce)).code).toBe("RECEPTION_UNKNOWN");
    await spend("redeem-global:all", GLOBAL_BUDGET.strictFrom);

    const first = await operator.caller.reception.issue({});
    const second = await operator.caller.reception.issue({});
    expect((await refusal(world.redeem(first.number, { address: missedOnce }))).code).toBe(
      "RECEPTION_THROTTLED",
    );
    const clean = freshAddress();
    await expect(world.redeem(first.number, { address: clean })).resolves.toHaveProperty("sessionId");
    const again = await refusal(world.redeem(second.number, { address: clean }));
    expect(again.code).toBe("RECEPTION_THROTTLED");
    expect(again.retryAfterSeconds).toBeLessThanOrEqual(STRICT_TRY_SECONDS);
    await expect(world.redeem(second.number)).resolves.toHaveProperty("sessionId");
  });

  test("20 tries of one fresh address at the same instant are one try while the budget is strict", async () => {
    await spend("redeem-global:all", GLOBAL_BUDGET.strictFrom);
    const address = freshAddress();
    const codes = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => (await guess(index, address)).code),
    );
    expect(codes.filter((code) => code === "RECEPTION_UNKNOWN").length).toBeLessThanOrEqual(1);
  });

  test("past the hard caps nobody gets in, and the refusals do not count as misses", async () => {
    const { number } = await operator.caller.reception.issue({});
    const space = number.slice(0, 3);
    await spend(`redeem-space:${space}`, SPACE_BUDGET.closedFrom);
    expect((await refusal(world.redeem(number))).code).toBe("RECEPTION_THROTTLED");
    expect(await points(`redeem-space:${space}`)).toBe(SPACE_BUDGET.closedFrom);
    await spend(`redeem-space:${space}`, 0);

    await spend("redeem-global:all", GLOBAL_BUDGET.closedFrom);
    const address = freshAddress();
    expect((await refusal(world.redeem(number, { address }))).code).toBe("RECEPTION_THROTTLED");
    await spend("redeem-global:all", GLOBAL_BUDGET.closedFrom - 1);
    // The refused try left the address clean.
    await expect(world.redeem(number, { address })).resolves.toHaveProperty("sessionId");
  });

  test("a window that is over forgives, and its rows are removed", async () => {
    const address = freshAddress();
    for (let index = 0; index <= ADDRESS_MISSES; index += 1) await guess(index, address);
    await world.db.rateLimit.updateMany({ data: { expire: BigInt(Date.now() - 1) } });
    expect((await guess(20, address)).code).toBe("RECEPTION_UNKNOWN");

    await world.db.rateLimit.updateMany({ data: { expire: BigInt(world.now().getTime()) } });
    await spend("redeem-global:all", 1);
    await pruneRateLimits(world.system);
    expect(await world.db.rateLimit.findMany({ select: { key: true } })).toEqual([
      { key: "redeem-global:all" },
    ]);
  });
});
