import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorld, refusal, type TestOperator, type World } from "../support-sessions/testing/world";

describe("reports", () => {
  let world: World;
  let operator: TestOperator;
  let supervisor: TestOperator;

  /** Saturday, 14:30 UTC: 23:30 in Tokyo, still Saturday. */
  const startAt = new Date("2026-02-28T14:30:00Z");
  const period = { from: new Date("2026-02-27T15:00:00Z"), to: new Date("2026-03-01T15:00:00Z") };

  beforeAll(async () => {
    world = await createWorld({ startAt });
    const companyId = await world.createCompany();
    operator = await world.createOperator(companyId);
    supervisor = await world.createOperator(companyId, "supervisor");

    await world.heartbeat();
    const first = await world.live(operator);
    world.advance(90_000);
    await first.caller.customer.stop({});
    await first.caller.customer.answerSurvey({ answer: "solved" });
    // An hour later it is Sunday in Tokyo, and still Saturday in UTC.
    world.advance(3_600_000);
    await world.heartbeat();
    const second = await world.waiting(supervisor);
    await supervisor.caller.session.decline({ sessionId: second.sessionId });
    const third = await world.live(supervisor);
    world.advance(30_000);
    await supervisor.caller.session.end({ sessionId: third.sessionId });
    // Another company's, and one that goes on, count for nothing.
    const stranger = await world.createOperator(await world.createCompany());
    const foreign = await world.waiting(stranger);
    await stranger.caller.session.decline({ sessionId: foreign.sessionId });
    await world.waiting(operator);
  });
  afterAll(() => world.close());

  test("count the company's ended sessions by day, hour, operator, end and answer in the viewer's zone", async () => {
    const report = await supervisor.caller.reports.read({ ...period, timeZone: "Asia/Tokyo" });
    expect(report.total).toEqual({ sessions: 3, shared: 2, seconds: 120 });
    expect(report.byDay).toEqual([
      { day: "2026-02-28", sessions: 1, shared: 1, seconds: 90 },
      { day: "2026-03-01", sessions: 2, shared: 1, seconds: 30 },
    ]);
    expect(report.byHour).toHaveLength(2);
    expect(report.byHour).toContainEqual({ weekday: 6, hour: 23, sessions: 1, shared: 1, seconds: 90 });
    expect(report.byHour).toContainEqual({ weekday: 7, hour: 0, sessions: 2, shared: 1, seconds: 30 });
    expect(
      report.byOperator.map(({ operatorId, sessions, seconds }) => ({ operatorId, sessions, seconds })),
    ).toEqual([
      { operatorId: supervisor.id, sessions: 2, seconds: 30 },
      { operatorId: operator.id, sessions: 1, seconds: 90 },
    ]);
    expect(report.byEndReason.map(({ endReason }) => endReason).sort()).toEqual([
      "declined_by_operator",
      "ended_by_operator",
      "stopped_by_customer",
    ]);
    const answers = new Map(report.bySurvey.map(({ answer, shared }) => [answer, shared]));
    expect(answers.get("solved")).toBe(1);
    expect(answers.get(null)).toBe(1);
  });

  test("the same sessions are of other days in another zone", async () => {
    const report = await supervisor.caller.reports.read({ ...period, timeZone: "UTC" });
    expect(report.byDay.map(({ day, sessions }) => [day, sessions])).toEqual([
      ["2026-02-27", 0],
      ["2026-02-28", 3],
      ["2026-03-01", 0],
    ]);
  });

  test("of one operator, of a period without sessions", async () => {
    const one = await supervisor.caller.reports.read({ ...period, timeZone: "UTC", operatorId: operator.id });
    expect(one.total.sessions).toBe(1);
    const none = await supervisor.caller.reports.read({
      from: new Date("2025-01-01T00:00:00Z"),
      to: new Date("2025-01-02T00:00:00Z"),
      timeZone: "UTC",
    });
    expect(none).toMatchObject({ total: { sessions: 0, shared: 0, seconds: 0 }, byHour: [], byOperator: [] });
    expect(none.byDay).toHaveLength(1);
  });

  test("are for supervisors and administrators", async () => {
    const asked = operator.caller.reports.read({ ...period, timeZone: "UTC" });
    expect((await refusal(asked)).code).toBe("FORBIDDEN");
  });

  test.each([
    { ...period, timeZone: "Mars/Olympus" },
    { ...period, timeZone: "UTC'; DROP TABLE company; --" },
    { from: period.to, to: period.from, timeZone: "UTC" },
    { from: new Date(0), to: period.to, timeZone: "UTC" },
  ])("%j is a bad request", async (query) => {
    await expect(supervisor.caller.reports.read(query)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});
