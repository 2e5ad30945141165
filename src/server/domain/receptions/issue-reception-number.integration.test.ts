import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorld, refusal, type TestOperator, type World } from "../support-sessions/testing/world";
import { issueReceptionNumber, LIVE_NUMBERS_PER_OPERATOR } from "./issue-reception-number";

const MINUTE_MS = 60_000;

describe("issuing reception numbers", () => {
  let world: World;
  let companyId: string;
  let operator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    companyId = await world.createCompany();
    operator = await world.createOperator(companyId);
  });
  afterAll(() => world.close());

  /** Draws these numbers, one after the other, for ever. */
  function drawing(...numbers: number[]): () => string {
    let at = 0;
    return () => {
      const number = numbers[at % numbers.length];
      at += 1;
      return String(number);
    };
  }

  test("the number lives as long as the company says", async () => {
    const asDefault = await operator.caller.reception.issue({});
    expect(asDefault.expiresAt.getTime() - asDefault.issuedAt.getTime()).toBe(10 * MINUTE_MS);
    await world.db.companyPolicy.create({ data: { companyId, receptionTtlMinutes: 60 } });
    const longer = await operator.caller.reception.issue({});
    expect(longer.expiresAt.getTime() - longer.issuedAt.getTime()).toBe(60 * MINUTE_MS);
  });

  test("a draw that meets a live number is drawn again, one that meets a lapsed number is taken", async () => {
    const one = await world.createOperator(companyId);
    const other = await world.createOperator(await world.createCompany());
    const first = await issueReceptionNumber(one.context, drawing(111_111));
    const second = await issueReceptionNumber(other.context, drawing(111_111, 111_111, 111_112));
    expect([first.number, second.number]).toEqual(["111111", "111112"]);
    expect((await refusal(issueReceptionNumber(other.context, drawing(111_111)))).code).toBe("UNAVAILABLE");

    world.advance(61 * MINUTE_MS);
    expect((await issueReceptionNumber(other.context, drawing(111_111))).number).toBe("111111");
    const states = await world.db.receptionNumber.findMany({ where: { id: first.receptionId } });
    expect(states[0]?.state).toBe("expired");
  });

  test("60 numbers, issued by 3 operators at once with draws that repeat, are all different", async () => {
    const operators: TestOperator[] = [];
    for (let index = 0; index < 3; index += 1) operators.push(await world.createOperator(companyId));
    // Every fourth draw repeats an earlier one for certain; no operator of three in step gets these alone.
    let draws = 0;
    const draw = () => {
      draws += 1;
      return String(500_000 + ((draws % 4 === 0 ? draws - 3 : draws) % 900));
    };
    const issued = await Promise.all(
      operators.map(async ({ context }) => {
        const numbers: string[] = [];
        for (let index = 0; index < LIVE_NUMBERS_PER_OPERATOR; index += 1) {
          numbers.push((await issueReceptionNumber(context, draw)).number);
        }
        return numbers;
      }),
    );
    const all = issued.flat();
    expect(all).toHaveLength(60);
    expect(new Set(all).size).toBe(60);
    expect(draws).toBeGreaterThan(60);
  });

  test("an operator has at most 20 live numbers, also when they are asked for at the same instant", async () => {
    const eager = await world.createOperator(companyId);
    for (let index = 0; index < LIVE_NUMBERS_PER_OPERATOR - 2; index += 1)
      await eager.caller.reception.issue({});
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () =>
        eager.caller.reception.issue({}).then(
          () => "issued",
          async (error: unknown) => (await refusal(Promise.reject(error))).code,
        ),
      ),
    );
    expect(outcomes.sort()).toEqual([
      "RECEPTION_LIMIT",
      "RECEPTION_LIMIT",
      "RECEPTION_LIMIT",
      "issued",
      "issued",
    ]);

    const [some] = await world.db.receptionNumber.findMany({ where: { operatorId: eager.id }, take: 1 });
    await eager.caller.reception.cancel({ receptionId: some?.id ?? "" });
    await expect(eager.caller.reception.issue({})).resolves.toHaveProperty("number");
  });

  test("cancelling twice is as good as once; a used number cannot be cancelled", async () => {
    const { receptionId } = await operator.caller.reception.issue({});
    await operator.caller.reception.cancel({ receptionId });
    await expect(operator.caller.reception.cancel({ receptionId })).resolves.toEqual({});
    const cancellations = await world.db.auditEvent.count({
      where: { action: "reception.cancelled", subject: `reception:${receptionId}` },
    });
    expect(cancellations).toBe(1);

    const used = await operator.caller.reception.issue({});
    await world.redeem(used.number);
    const { code } = await refusal(operator.caller.reception.cancel({ receptionId: used.receptionId }));
    expect(code).toBe("RECEPTION_USED");
  });
});
