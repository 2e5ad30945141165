import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createWorld,
  device,
  refusal,
  type TestOperator,
  unknownId,
  type World,
} from "../support-sessions/testing/world";
import { deleteOldSessions } from "./delete-old-sessions";
import { exportSessionLog } from "./export-session-log";

const DAY_MS = 86_400_000;
const words = {
  columns: ["id", "operator"],
  endReason: (reason: string) => reason,
  survey: (answer: string) => answer,
};

describe("one session of the log", () => {
  let world: World;
  let operator: TestOperator;
  let colleague: TestOperator;
  let administrator: TestOperator;
  let stranger: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(async () => {
    const companyId = await world.createCompany();
    operator = await world.createOperator(companyId);
    colleague = await world.createOperator(companyId);
    administrator = await world.createOperator(companyId, "administrator");
    stranger = await world.createOperator(await world.createCompany(), "administrator");
    await world.db.companyPolicy.create({ data: { companyId, sessionCategories: ["Printer", "Network"] } });
    await world.heartbeat();
  });
  afterAll(() => world.close());

  const code = async (call: Promise<unknown>) => (await refusal(call)).code;
  const stored = (id: string) => world.db.supportSession.findUniqueOrThrow({ where: { id } });
  async function ended() {
    await world.heartbeat();
    const customer = await world.live(operator);
    world.advance(60_000);
    await customer.caller.customer.stop({});
    return customer;
  }

  test("tells what happened, in order, to its operator and to those who see the company", async () => {
    const { sessionId } = await ended();
    const seen = await operator.caller.log.get({ sessionId });
    expect(seen).toMatchObject({ sessionId, phase: "ended", durationSeconds: 60, device, observers: [] });
    expect(seen.categories).toEqual(["Printer", "Network"]);
    expect(seen.timeline.map(({ action }) => action)).toEqual([
      "reception.issued",
      "reception.redeemed",
      "session.accepted",
      "session.agreed",
      "session.ended",
    ]);
    expect(seen.timeline[0]).toMatchObject({ actor: "operator", actorName: "An operator" });
    expect(seen.timeline.at(-1)).toMatchObject({ actor: "customer", endReason: "stopped_by_customer" });
    expect((await administrator.caller.log.get({ sessionId })).sessionId).toBe(sessionId);

    for (const other of [colleague, stranger]) {
      expect(await code(other.caller.log.get({ sessionId }))).toBe("NOT_FOUND");
      expect(await code(other.caller.log.saveNote({ sessionId, note: "x", category: null }))).toBe(
        "NOT_FOUND",
      );
    }
    expect(await code(stranger.caller.log.erase({ sessionId }))).toBe("NOT_FOUND");
    expect(await code(operator.caller.log.get({ sessionId: unknownId() }))).toBe("NOT_FOUND");
  });

  test("takes a note as it is, and a category of the company's alone", async () => {
    const { sessionId } = await world.live(operator);
    const note = `<script>alert(1)</script>\n=1+1 'quoted' "double" \\ 日本語`;
    await operator.caller.log.saveNote({ sessionId, note, category: "Printer" });
    expect(await operator.caller.log.get({ sessionId })).toMatchObject({ note, category: "Printer" });
    expect(await code(operator.caller.log.saveNote({ sessionId, note, category: "Made up" }))).toBe(
      "BAD_REQUEST",
    );
    for (const wrong of ["x".repeat(4_001), "a\u0000b"]) {
      await expect(
        operator.caller.log.saveNote({ sessionId, note: wrong, category: null }),
      ).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
    // A category that the company has dropped stays with its sessions.
    await world.db.companyPolicy.update({
      where: { companyId: operator.companyId },
      data: { sessionCategories: [] },
    });
    await operator.caller.log.saveNote({ sessionId, note: "later", category: "Printer" });

    const written = async () =>
      (
        await world.db.auditEvent.findMany({
          where: {
            subject: `session:${sessionId}`,
            action: { in: ["session.filed", "session.note_changed"] },
          },
          orderBy: { id: "asc" },
        })
      ).map(({ action, detail }) => ({ action, detail }));
    expect(await written()).toHaveLength(1);
    await administrator.caller.log.saveNote({ sessionId, note: "by the chief", category: "Printer" });
    const entries = await written();
    expect(entries.map(({ action }) => action)).toEqual(["session.filed", "session.note_changed"]);
    // The log cannot be erased, so notes are not in it.
    expect(JSON.stringify(entries)).not.toContain("chief");
  });

  test("loses device and note on request, once it is over, and for good", async () => {
    const customer = await world.live(operator);
    const { sessionId } = customer;
    expect(await code(administrator.caller.log.erase({ sessionId }))).toBe("SESSION_WRONG_PHASE");
    await operator.caller.log.saveNote({ sessionId, note: "Mr Y, Z street", category: "Printer" });
    await customer.caller.customer.stop({});
    expect(await code(operator.caller.log.erase({ sessionId }))).toBe("FORBIDDEN");
    const supervisor = await world.createOperator(operator.companyId, "supervisor");
    expect((await supervisor.caller.log.get({ sessionId })).note).toContain("Mr Y");
    expect(await code(supervisor.caller.log.erase({ sessionId }))).toBe("FORBIDDEN");

    const at = world.now();
    await administrator.caller.log.erase({ sessionId });
    world.advance(1_000);
    await administrator.caller.log.erase({ sessionId });
    expect(await stored(sessionId)).toMatchObject({
      device: null,
      note: "",
      category: "Printer",
      erasedAt: at,
      endReason: "stopped_by_customer",
    });
    expect(await code(operator.caller.log.saveNote({ sessionId, note: "again", category: null }))).toBe(
      "SESSION_WRONG_PHASE",
    );
    const audited = await world.db.auditEvent.findMany({
      where: { subject: `session:${sessionId}`, action: "session.erased" },
    });
    expect(audited).toHaveLength(1);
    expect(
      JSON.stringify(await world.db.auditEvent.findMany(), (_key, value) =>
        typeof value === "bigint" ? String(value) : value,
      ),
    ).not.toContain("Z street");
  });

  test("the customer answers the survey once, after a shared session, with the ticket alone", async () => {
    const customer = await world.live(operator);
    const answer = (caller = customer.caller) => caller.customer.answerSurvey({ answer: "solved" });
    expect(await code(answer())).toBe("SESSION_WRONG_PHASE");
    await customer.caller.customer.stop({});
    expect(await code(answer(world.call({}).caller))).toBe("NOT_FOUND");
    // Another customer's ticket answers for that customer's session.
    const other = await ended();
    await answer(other.caller);
    expect((await stored(customer.sessionId)).surveyAnswer).toBeNull();
    await answer();
    expect((await stored(customer.sessionId)).surveyAnswer).toBe("solved");
  });

  test("of several answers at once one counts, and a later one changes nothing", async () => {
    const customer = await ended();
    const tries = await Promise.allSettled(
      (["solved", "partly", "not_solved"] as const).map((answer) =>
        customer.caller.customer.answerSurvey({ answer }),
      ),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { surveyAnswer } = await stored(customer.sessionId);
    expect(await code(customer.caller.customer.answerSurvey({ answer: "partly" }))).toBe(
      "SESSION_WRONG_PHASE",
    );
    expect((await stored(customer.sessionId)).surveyAnswer).toBe(surveyAnswer);

    const declined = await world.waiting(operator);
    await operator.caller.session.decline({ sessionId: declined.sessionId });
    expect(await code(declined.caller.customer.answerSurvey({ answer: "solved" }))).toBe(
      "SESSION_WRONG_PHASE",
    );
  });

  test("takes one measurement in ten seconds, from its operator, while it is live", async () => {
    const customer = await world.live(operator);
    const { sessionId } = customer;
    const measured = { rttMs: 24.5, lossRatio: 0.01, framesPerSecond: 24, bitrateBps: null };
    const report = (by = operator) => by.caller.session.reportQuality({ sessionId, ...measured });
    const tries = await Promise.allSettled([report(), report(), report()]);
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    world.advance(9_999);
    expect(await code(report())).toBe("MESSAGE_TOO_OFTEN");
    world.advance(1);
    await report();
    expect(await code(report(colleague))).toBe("NOT_FOUND");
    expect(await code(report(administrator))).toBe("NOT_FOUND");
    await expect(
      operator.caller.session.reportQuality({ sessionId, ...measured, lossRatio: 2 }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await customer.caller.customer.stop({});
    world.advance(20_000);
    expect(await code(report())).toBe("SESSION_ENDED");
    const { quality } = await operator.caller.log.get({ sessionId });
    expect(quality.map(({ at: _at, ...figures }) => figures)).toEqual([measured, measured]);
  });

  test("the file is the company's, filtered, and runs nothing in a spreadsheet", async () => {
    const notes = ["=1+1", "@SUM(A1)", "+1", "-1", "plain, with a comma", 'a "quote"', "two\nlines"];
    for (const note of notes) {
      const { sessionId } = await ended();
      await operator.caller.log.saveNote({ sessionId, note, category: null });
    }
    const file = async (by: TestOperator, scope: "own" | "company", filter = {}) => {
      let text = "";
      for await (const piece of await exportSessionLog(by.context, {
        scope,
        filter,
        timeZone: "Asia/Tokyo",
        words,
      })) {
        text += piece;
      }
      return text;
    };
    const all = await file(administrator, "company");
    for (const safe of [
      "'=1+1",
      "'@SUM(A1)",
      "'+1",
      "'-1",
      '"plain, with a comma"',
      '"a ""quote"""',
      '"two\nlines"',
    ]) {
      expect(all).toContain(safe);
    }
    expect(all).not.toMatch(/,[=@+-]/);
    expect((await file(operator, "own")).split("\r\n")).toHaveLength(notes.length + 2);
    expect((await file(administrator, "company", { text: "comma" })).split("\r\n")).toHaveLength(3);
    expect(await file(colleague, "own")).toBe("\uFEFFid,operator\r\n");
    expect(await file(stranger, "company")).toBe("\uFEFFid,operator\r\n");
    expect(
      await code(
        exportSessionLog(operator.context, { scope: "company", filter: {}, timeZone: "UTC", words }),
      ),
    ).toBe("FORBIDDEN");
    const [audited] = await world.db.auditEvent.findMany({
      where: {
        companyId: administrator.companyId,
        action: "session_log.exported",
        actor: `operator:${administrator.id}`,
      },
      orderBy: { id: "desc" },
    });
    expect(audited?.detail).toMatchObject({ scope: "company", filteredBy: ["text"] });
    expect(JSON.stringify(audited?.detail)).not.toContain("comma");
  });

  test("is deleted with all that hangs on it when it is older than the company keeps sessions", async () => {
    const old = await ended();
    await world.heartbeat();
    const live = await world.live(operator);
    await world.db.sessionQuality.create({ data: { id: unknownId(), sessionId: old.sessionId } });
    await world.db.companyPolicy.update({
      where: { companyId: operator.companyId },
      data: { sessionRetentionDays: 30 },
    });
    const { receptionId } = await stored(old.sessionId);
    world.advance(30 * DAY_MS);
    expect(await deleteOldSessions(world.system)).toBe(0);
    world.advance(1);
    const young = await ended();
    expect(await deleteOldSessions(world.system)).toBe(1);
    expect(await deleteOldSessions(world.system)).toBe(0);
    expect(await world.db.receptionNumber.count({ where: { id: receptionId } })).toBe(0);
    expect(await world.db.sessionQuality.count({ where: { sessionId: old.sessionId } })).toBe(0);
    for (const kept of [live, young]) expect((await stored(kept.sessionId)).id).toBe(kept.sessionId);
    const audited = await world.db.auditEvent.findMany({
      where: { companyId: operator.companyId, action: "session_log.retention" },
    });
    expect(audited.map(({ actor, detail }) => ({ actor, detail }))).toEqual([
      { actor: "system", detail: { sessions: 1, endedBefore: expect.any(String) } },
    ]);
  });
});
