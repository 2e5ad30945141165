import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CreateCompanyInput } from "@/protocol/provider-site";
import { refusal, type TestOperator, unknownId } from "@/server/domain/support-sessions/testing/world";
import { stopCompanies } from "./stop-company";
import { createProviderWorld, type ProviderWorld, type TestProvider } from "./testing/provider-world";

let companies = 0;
function newCompany(differs: Partial<CreateCompanyInput> = {}): CreateCompanyInput {
  companies += 1;
  return {
    code: `company-${companies}`,
    name: `Company ${companies}`,
    region: "default",
    plan: {
      seats: 5,
      maxSimultaneousSessions: 3,
      features: { control: true, files: false, clipboard: true, recording: false },
    },
    administrator: {
      name: "First Administrator",
      code: "first",
      email: "first@company.example",
      locale: "en",
    },
    ...differs,
  };
}

describe("companies", () => {
  let world: ProviderWorld;
  let provider: TestProvider;

  beforeAll(async () => {
    world = await createProviderWorld();
    provider = await world.createProvider();
  });
  beforeEach(() => world.heartbeat());
  afterAll(() => world.close());

  const api = () => provider.caller.provider.companies;
  const phases = async (companyId: string) =>
    (await world.db.supportSession.findMany({ where: { companyId }, orderBy: { id: "asc" } })).map(
      ({ phase, endReason }) => `${phase} ${endReason}`,
    );

  describe("are opened", () => {
    test("with a plan and an invited administrator; both logs tell it, and only the company's names the person", async () => {
      await world.takeMails();
      const input = newCompany();
      const { companyId } = await api().create(input);
      expect(await api().get({ companyId })).toMatchObject({
        code: input.code,
        plan: input.plan,
        state: "active",
        seatsUsed: 1,
        awaitsFirstAdministrator: true,
        invitationUntil: new Date(world.now().getTime() + 72 * 3_600_000),
      });
      const [mail, ...others] = await world.takeMails();
      expect(others).toEqual([]);
      expect(mail).toMatchObject({
        template: "invitation",
        to: "first@company.example",
        companyCode: input.code,
        code: "first",
        url: expect.stringMatching(/\/set-password#[\w-]{43}$/),
      });
      expect(await world.auditOf(companyId)).toEqual([
        "provider operator.created",
        "provider company.created",
      ]);
      const own = await world.db.auditEvent.findFirstOrThrow({
        where: { companyId: null, action: "company.created", subject: `company:${companyId}` },
      });
      expect(own.actor).toBe(`provider:${provider.id}`);
      expect(JSON.stringify(own.detail)).not.toContain("First Administrator");
    });

    test("once, however fast the button is pressed twice", async () => {
      await world.takeMails();
      const input = newCompany();
      const outcomes = await Promise.allSettled([api().create(input), api().create(input)]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await world.db.company.count({ where: { code: input.code } })).toBe(1);
      expect(await world.takeMails()).toHaveLength(1);
      expect((await refusal(api().create(input))).code).toBe("CODE_TAKEN");
    });

    test("with nothing that the form does not have", async () => {
      const sneaky = [
        { ...newCompany(), suspendedAt: null },
        { ...newCompany(), id: unknownId() },
        { ...newCompany(), administrator: { ...newCompany().administrator, role: "administrator" } },
        { ...newCompany(), administrator: { ...newCompany().administrator, passwordHash: "x" } },
        { ...newCompany(), plan: { ...newCompany().plan, seats: 0 } },
        { ...newCompany(), plan: { ...newCompany().plan, seats: 1e9 } },
        { ...newCompany(), code: "no spaces" },
        { ...newCompany(), name: "right\u202eleft" },
      ];
      for (const input of sneaky) expect((await refusal(api().create(input))).code).toBe("BAD_REQUEST");
    });

    test("with a suggested code that is free", async () => {
      const { companyId } = await api().create(newCompany({ code: "acme-support" }));
      expect(await api().suggestCode({ name: "Acme Support" })).toEqual({ code: "acme-support-2" });
      const { code } = await api().suggestCode({ name: "窓口サポート株式会社" });
      expect(code).toMatch(/^[a-z2-9]{6}$/);
      expect((await api().create(newCompany({ code }))).companyId).not.toBe(companyId);
    });

    test("the invitation is sent again, elsewhere if need be, only until somebody has a password", async () => {
      const { companyId } = await api().create(newCompany());
      await world.takeMails();
      await api().inviteAdministrator({ companyId, email: "right@company.example" });
      expect(await world.takeMails()).toMatchObject([{ to: "right@company.example" }]);
      await api().inviteAdministrator({ companyId, email: null });
      expect(await world.takeMails()).toMatchObject([{ to: "right@company.example" }]);
      await world.db.operator.updateMany({ where: { companyId }, data: { passwordHash: "chosen" } });
      const refused = await refusal(
        api().inviteAdministrator({ companyId, email: "thief@provider.example" }),
      );
      expect(refused.code).toBe("CHANGED_MEANWHILE");
      expect(await world.takeMails()).toEqual([]);
    });
  });

  describe("change", () => {
    test("plans, written down with before and after; never below the seats in use", async () => {
      const input = newCompany();
      const { companyId } = await api().create(input);
      await world.createOperator(companyId);
      const { code: _code, administrator: _administrator, ...seen } = input;
      const fewer = { ...seen, companyId, plan: { ...input.plan, seats: 1 }, seen };
      expect((await refusal(api().update(fewer))).code).toBe("SEATS_IN_USE");
      await api().update({ ...fewer, plan: { ...fewer.plan, seats: 2 } });
      await api().update({ ...fewer, plan: { ...fewer.plan, seats: 2 } });
      const events = await world.db.auditEvent.findMany({ where: { companyId, action: "company.updated" } });
      expect(events).toHaveLength(1);
      expect(events[0]?.detail).toMatchObject({
        before: { plan: { seats: 5 } },
        after: { plan: { seats: 2 } },
      });
      expect((await refusal(api().update({ ...fewer, companyId: unknownId() }))).code).toBe("NOT_FOUND");
    });

    test("of two at once one wins, and the other is told; nobody undoes what was not seen", async () => {
      const { code: _code, administrator: _administrator, ...seen } = newCompany();
      const { companyId } = await api().create({ ...newCompany(), ...seen });
      const renamed = { ...seen, companyId, name: "Renamed", seen };
      const moved = { ...seen, companyId, region: "elsewhere", seen };
      const outcomes = await Promise.allSettled([api().update(renamed), api().update(moved)]);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const lost = outcomes.find((outcome) => outcome.status === "rejected");
      expect((await refusal(Promise.reject(lost?.reason))).code).toBe("CHANGED_MEANWHILE");
      const { name, region, plan } = await api().get({ companyId });
      expect([name, region]).not.toEqual(["Renamed", "elsewhere"]);
      await api().update({ ...renamed, region: "elsewhere", seen: { name, region, plan } });
      expect(await api().get({ companyId })).toMatchObject({ name: "Renamed", region: "elsewhere" });
    });

    test("no more sessions at the same time than the plan has, whoever accepts at the same instant", async () => {
      const { companyId } = await api().create(newCompany());
      const team = await Promise.all(Array.from({ length: 6 }, () => world.createOperator(companyId)));
      const waiting = await Promise.all(
        team.map(async (operator) => ({ operator, ...(await world.waiting(operator)) })),
      );
      const outcomes = await Promise.allSettled(
        waiting.map(({ operator, sessionId }) => operator.caller.session.accept({ sessionId })),
      );
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
      expect((await phases(companyId)).filter((phase) => phase.startsWith("accepted"))).toHaveLength(3);
      const refused = waiting.find((_, index) => outcomes[index]?.status === "rejected");
      const accepted = waiting.find((_, index) => outcomes[index]?.status === "fulfilled");
      if (!refused || !accepted) throw new Error("some of each were expected");
      const again = () => refused.operator.caller.session.accept({ sessionId: refused.sessionId });
      expect((await refusal(again())).code).toBe("SESSION_LIMIT");
      const { sessionId } = accepted;
      expect((await refusal(accepted.operator.caller.session.accept({ sessionId }))).code).toBe(
        "SESSION_WRONG_PHASE",
      );
      await accepted.operator.caller.session.end({ sessionId });
      await again();
    });
  });

  describe("are suspended", () => {
    async function working(): Promise<{ companyId: string; operator: TestOperator }> {
      const { companyId } = await api().create(newCompany());
      return { companyId, operator: await world.createOperator(companyId) };
    }
    const revokedAt = async ({ signInId }: TestOperator) =>
      (await world.db.signIn.findUniqueOrThrow({ where: { id: signInId } })).revokedAt;
    const reason = "The invoice of October is open.";

    test("every session ends with its reason on both sides; nobody stays signed in, also on another server", async () => {
      const { companyId, operator } = await working();
      const live = await world.live(operator);
      const accepted = await world.accepted(operator);
      const waiting = await world.waiting(operator);
      const elsewhere = world.createServer();
      const controller = new AbortController();
      const told = (async () => {
        for await (const _ of elsewhere.notifications.subscribe(
          [`sign_in:${operator.signInId}`],
          controller.signal,
        )) {
          const row = await elsewhere.db.signIn.findUniqueOrThrow({ where: { id: operator.signInId } });
          if (row.revokedAt) return Date.now();
        }
        return Number.POSITIVE_INFINITY;
      })();
      const before = Date.now();
      await api().suspend({ companyId, reason });
      expect((await told) - before).toBeLessThan(2_000);
      controller.abort();
      for (const { caller } of [live, accepted, waiting]) {
        expect(await caller.customer.current()).toMatchObject({
          phase: "ended",
          reason: "company_suspended",
        });
      }
      expect(await revokedAt(operator)).toEqual(world.now());
      expect(await api().get({ companyId })).toMatchObject({
        state: "suspended",
        suspendReason: reason,
        openSessions: 0,
      });
    });

    test("its numbers are refused at once and stay cancelled when it goes on", async () => {
      const { companyId, operator } = await working();
      const { number } = await operator.caller.reception.issue({});
      await api().suspend({ companyId, reason });
      expect((await refusal(world.redeem(number))).code).toBe("RECEPTION_CANCELLED");
      await api().resume({ companyId });
      expect((await refusal(world.redeem(number))).code).toBe("RECEPTION_CANCELLED");
      const again = await world.createOperator(companyId);
      await world.live(again);
      expect(await api().get({ companyId })).toMatchObject({ state: "active", openSessions: 1 });
      expect(await revokedAt(operator)).toEqual(world.now());
    });

    test("a number that is live all the same opens nothing", async () => {
      const { companyId, operator } = await working();
      const { number } = await operator.caller.reception.issue({});
      await world.db.company.update({
        where: { id: companyId },
        data: { suspendedAt: world.now(), suspendReason: reason },
      });
      expect((await refusal(world.redeem(number))).code).toBe("RECEPTION_CANCELLED");
      expect(await phases(companyId)).toEqual([]);
    });

    test("pressing twice suspends once; another reason is told that somebody was faster", async () => {
      const { companyId } = await working();
      await Promise.all([api().suspend({ companyId, reason }), api().suspend({ companyId, reason })]);
      const count = (action: string) =>
        world.db.auditEvent.count({ where: { subject: `company:${companyId}`, action } });
      expect(await count("company.suspended")).toBe(2);
      expect((await refusal(api().suspend({ companyId, reason: "Another one." }))).code).toBe(
        "CHANGED_MEANWHILE",
      );
      await Promise.all([api().resume({ companyId }), api().resume({ companyId })]);
      expect(await count("company.resumed")).toBe(2);
    });

    test("while customers arrive and operators accept: whoever comes through is ended", async () => {
      for (let round = 0; round < 6; round += 1) {
        const { companyId } = await api().create(
          newCompany({ plan: { ...newCompany().plan, seats: 20, maxSimultaneousSessions: 20 } }),
        );
        const team = await Promise.all(Array.from({ length: 4 }, () => world.createOperator(companyId)));
        const numbers = await Promise.all(team.map(({ caller }) => caller.reception.issue({})));
        const open = await Promise.all(team.map(async (operator) => world.waiting(operator)));
        const acts = [
          ...numbers.map(({ number }) => world.redeem(number)),
          ...open.map(({ sessionId }, index) => team[index]?.caller.session.accept({ sessionId })),
          ...team.map(({ caller }) => caller.reception.issue({})),
        ];
        acts.splice(round * 2, 0, api().suspend({ companyId, reason }));
        await Promise.allSettled(acts);
        // What slipped in as the very last (a number of a request that had begun before) the job clears away.
        await stopCompanies(world.system);
        expect(new Set(await phases(companyId))).toEqual(new Set(["ended company_suspended"]));
        expect(await world.db.receptionNumber.count({ where: { companyId, state: "live" } })).toBe(0);
      }
    });

    test("a server that dies in the middle leaves it to the job", async () => {
      const { companyId, operator } = await working();
      await world.live(operator);
      await operator.caller.reception.issue({});
      await world.db.company.update({
        where: { id: companyId },
        data: { suspendedAt: world.now(), suspendReason: reason },
      });
      expect(await stopCompanies(world.system)).toBe(3);
      expect(await stopCompanies(world.system)).toBe(0);
      expect(await phases(companyId)).toEqual(["ended company_suspended"]);
    });
  });
});
