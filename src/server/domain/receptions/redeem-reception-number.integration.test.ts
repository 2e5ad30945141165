import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createWorld,
  device,
  refusal,
  type TestOperator,
  type World,
} from "../support-sessions/testing/world";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("redeeming a reception number", () => {
  let world: World;
  let operator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    operator = await world.createOperator(await world.createCompany());
  });
  afterAll(() => world.close());

  test("makes a waiting session that tells nothing of who is behind it, and keeps neither number nor ticket", async () => {
    const { number, receptionId } = await operator.caller.reception.issue({});
    const typed = `${number.slice(0, 3)} ー${number.slice(3)}`.replace(/[0-9]/g, (digit) =>
      String.fromCharCode(digit.charCodeAt(0) + 0xfee0),
    );
    const { sessionId, caller } = await world.redeem(typed);

    expect(await caller.customer.current()).toEqual({ phase: "waiting", sessionId, since: world.now() });
    const row = await world.db.supportSession.findUniqueOrThrow({
      where: { id: sessionId },
      include: { reception: true },
    });
    expect(row).toMatchObject({
      receptionId,
      operatorId: operator.id,
      companyId: operator.companyId,
      device,
    });
    expect(row.reception.state).toBe("used");
    expect(row.ticketHash).toHaveLength(32);
    const audit = JSON.stringify(
      await world.db.auditEvent.findMany({
        select: { action: true, actor: true, subject: true, detail: true },
      }),
    );
    expect(audit).toContain("reception.redeemed");
    expect(audit).not.toContain(`"${number}"`);
  });

  test.each([2, 20])("%i tries at one number at the same instant: one wins", async (tries) => {
    const { number } = await operator.caller.reception.issue({});
    const second = world.createServer();
    const outcomes = await Promise.all(
      Array.from({ length: tries }, (_, index) =>
        world.redeem(number, index % 2 === 0 ? {} : { server: second }).then(
          ({ sessionId }) => sessionId,
          (error: unknown) => refusal(Promise.reject(error)),
        ),
      ),
    );
    const won = outcomes.filter((outcome) => typeof outcome === "string");
    expect(won).toHaveLength(1);
    const codes = outcomes.flatMap((outcome) => (typeof outcome === "string" ? [] : [outcome.code]));
    expect(codes).toEqual(Array.from({ length: tries - 1 }, () => "RECEPTION_USED"));
  });

  test("says of a wrong number what is wrong with it", async () => {
    const cancelled = await operator.caller.reception.issue({});
    await operator.caller.reception.cancel({ receptionId: cancelled.receptionId });
    expect((await refusal(world.redeem(cancelled.number))).code).toBe("RECEPTION_CANCELLED");

    const used = await operator.caller.reception.issue({});
    await world.redeem(used.number);
    expect((await refusal(world.redeem(used.number))).code).toBe("RECEPTION_USED");

    const lapsed = await operator.caller.reception.issue({});
    world.advance(10 * MINUTE_MS - 1);
    const lastMoment = await operator.caller.reception.issue({});
    world.advance(1);
    // The job has not come by: the row still says live.
    expect((await refusal(world.redeem(lapsed.number))).code).toBe("RECEPTION_EXPIRED");
    world.advance(10 * MINUTE_MS - 2);
    await expect(world.redeem(lastMoment.number)).resolves.toHaveProperty("sessionId");

    for (const typed of ["", "12345", "012345", "1234567", "12345a", "number"]) {
      expect((await refusal(world.redeem(typed))).code).toBe("RECEPTION_MALFORMED");
    }
  });

  test("forgets numbers after a day: then they were never there", async () => {
    const { number, receptionId } = await operator.caller.reception.issue({});
    await operator.caller.reception.cancel({ receptionId });
    world.advance(24 * HOUR_MS - 1);
    expect((await refusal(world.redeem(number))).code).toBe("RECEPTION_CANCELLED");
    world.advance(1);
    expect((await refusal(world.redeem(number))).code).toBe("RECEPTION_UNKNOWN");
  });

  test("of a number that was given out twice the newer row counts", async () => {
    const first = await operator.caller.reception.issue({});
    await operator.caller.reception.cancel({ receptionId: first.receptionId });
    const { issueReceptionNumber } = await import("./issue-reception-number");
    world.advance(1);
    const second = await issueReceptionNumber(operator.context, () => first.number);
    expect(second.number).toBe(first.number);
    await expect(world.redeem(first.number)).resolves.toHaveProperty("sessionId");
    expect((await refusal(world.redeem(first.number))).code).toBe("RECEPTION_USED");
  });

  test("the numbers of a disabled operator are dead", async () => {
    const gone = await world.createOperator(operator.companyId);
    const { number } = await gone.caller.reception.issue({});
    await world.db.operator.update({ where: { id: gone.id }, data: { disabledAt: world.now() } });
    await expect(refusal(world.redeem(number))).resolves.toHaveProperty("status", 410);
  });
});
