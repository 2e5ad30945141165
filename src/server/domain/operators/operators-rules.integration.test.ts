import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ServerParts } from "@/server/api/context";
import {
  createWorld,
  refusal,
  type TestOperator,
  unknownId,
  type World,
} from "../support-sessions/testing/world";
import { offices } from "./testing/offices";

const WITHIN_MS = 2_000;

describe("the rules of a company's accounts, which nobody gets around", () => {
  let world: World;
  const { office, person, again, stored, fieldsOf } = offices(() => world);

  beforeAll(async () => {
    world = await createWorld({ variables: { SMTP_URL: "smtp://127.0.0.1:9" } });
    await world.heartbeat();
  });
  afterAll(() => world.close());

  describe("seats", () => {
    test("of two administrators who take the last seat at once, one wins", async () => {
      const { companyId, admin } = await office(3);
      const second = await world.createOperator(companyId, "administrator");
      for (let round = 0; round < 5; round += 1) {
        const outcomes = await Promise.allSettled([
          admin.caller.operators.invite(person()),
          second.caller.operators.create({ ...person(), password: null }),
        ]);
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        const [lost] = outcomes.filter((outcome) => outcome.status === "rejected");
        expect((await refusal(Promise.reject(lost?.reason))).code).toBe("SEATS_TAKEN");
        expect(await admin.caller.operators.seats({})).toEqual({ used: 3, total: 3 });
        const won = await world.db.operator.findFirstOrThrow({
          where: { companyId, role: "operator", deletedAt: null },
        });
        await admin.caller.operators.delete({ operatorId: won.id });
      }
    });

    test("a disabled account frees its seat, and needs one to come back", async () => {
      const { admin } = await office(2);
      const { operatorId } = await admin.caller.operators.invite(person());
      expect((await refusal(admin.caller.operators.invite(person()))).code).toBe("SEATS_TAKEN");
      await admin.caller.operators.disable({ operatorId });
      await admin.caller.operators.invite(person());
      expect((await refusal(admin.caller.operators.enable({ operatorId }))).code).toBe("SEATS_TAKEN");
      expect((await stored(operatorId)).disabledAt).not.toBeNull();
    });
  });

  describe("the last administrator", () => {
    test.each(["demote", "disable", "delete"] as const)(
      "two who %s each other at once: one stays",
      async (act) => {
        for (let round = 0; round < 3; round += 1) {
          const { companyId, admin } = await office();
          const other = await world.createOperator(companyId, "administrator");
          const onEachOther = async (by: TestOperator, target: TestOperator) => {
            const operatorId = target.id;
            if (act === "disable") return by.caller.operators.disable({ operatorId });
            if (act === "delete") return by.caller.operators.delete({ operatorId });
            return by.caller.operators.update({ ...(await fieldsOf(operatorId)), role: "operator" });
          };
          const outcomes = await Promise.allSettled([onEachOther(admin, other), onEachOther(other, admin)]);
          expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
          expect(
            await world.db.operator.count({
              where: { companyId, role: "administrator", disabledAt: null, deletedAt: null },
            }),
          ).toBe(1);
        }
      },
    );

    test("cannot leave; with another one it still takes that other to do it", async () => {
      const { companyId, admin } = await office();
      const acts = async (caller: TestOperator["caller"]) => [
        (await refusal(caller.operators.disable({ operatorId: admin.id }))).code,
        (await refusal(caller.operators.delete({ operatorId: admin.id }))).code,
        (await refusal(caller.operators.update({ ...(await fieldsOf(admin.id)), role: "operator" }))).code,
      ];
      expect(await acts(admin.caller)).toEqual(Array(3).fill("LAST_ADMINISTRATOR"));
      const { operatorId } = await admin.caller.operators.invite(person({ role: "administrator" }));
      // Somebody who was invited may never come.
      expect(await acts(admin.caller)).toEqual(Array(3).fill("LAST_ADMINISTRATOR"));
      await admin.caller.operators.delete({ operatorId });
      const other = await world.createOperator(companyId, "administrator");
      expect(await acts(admin.caller)).toEqual(Array(3).fill("OWN_ACCOUNT"));
      await other.caller.operators.disable({ operatorId: admin.id });
    });

    test("the own password, second factor and address are not changed here, where no password is asked for", async () => {
      const { admin } = await office();
      const operatorId = admin.id;
      expect((await refusal(admin.caller.operators.resetPassword({ operatorId }))).code).toBe("OWN_ACCOUNT");
      expect((await refusal(admin.caller.operators.resetMfa({ operatorId }))).code).toBe("OWN_ACCOUNT");
      const fields = await fieldsOf(operatorId);
      expect(
        (await refusal(admin.caller.operators.update({ ...fields, email: "thief@example.com" }))).code,
      ).toBe("OWN_ACCOUNT");
      await admin.caller.operators.update({ ...fields, name: "My name" });
    });
  });

  describe("disabling and deleting", () => {
    test.each(["disable", "delete"] as const)(
      "%s ends what is watched on another management server, within two seconds",
      async (act) => {
        const { companyId, admin } = await office();
        const operator = await world.createOperator(companyId);
        const { sessionId, cookie } = await world.live(operator);
        const { number } = await operator.caller.reception.issue({});
        const elsewhere: ServerParts = world.createServer();
        const operatorThere = world.call({ cookie: operator.cookie }, elsewhere).caller;
        const customerThere = world.call({ cookie }, elsewhere).caller;

        const session = await operatorThere.session.watch({ sessionId });
        const desk = await operatorThere.console.watch();
        const customer = await customerThere.customer.watch();
        let customerSaw: unknown;
        const ended = Promise.all([
          untilRefused(session),
          untilRefused(desk),
          (async () => {
            for await (const view of customer) {
              customerSaw = view;
              if (JSON.stringify(view).includes("revoked")) return performance.now();
            }
            return Number.POSITIVE_INFINITY;
          })(),
        ]);
        await vi.waitFor(() => expect(customerSaw).toBeDefined(), { timeout: 5_000 });
        await vi.waitFor(() => expect(elsewhere.notifications.listening).toBe(true), { timeout: 5_000 });

        const pressedAt = performance.now();
        await admin.caller.operators[act]({ operatorId: operator.id });
        const times = await withTimeout(ended, WITHIN_MS);
        for (const at of times) expect(at - pressedAt).toBeLessThan(WITHIN_MS);

        expect(await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } })).toMatchObject({
          phase: "ended",
          endReason: "revoked",
        });
        expect((await refusal(again(operator, elsewhere).reception.issue({}))).code).toBe("UNAUTHENTICATED");
        expect((await refusal(world.redeem(number))).code).toBe("RECEPTION_CANCELLED");
      },
    );
  });

  describe("attacks", () => {
    test("ids of another company are answered exactly as ids of nobody", async () => {
      const { admin } = await office();
      const foreign = await office();
      const victim = await world.createOperator(foreign.companyId);
      const { operatorId: invited } = await foreign.admin.caller.operators.invite(person());
      const before = await world.db.operator.findMany({
        where: { companyId: foreign.companyId },
        orderBy: { id: "asc" },
      });
      const calls = (operatorId: string) => [
        admin.caller.operators.get({ operatorId }),
        admin.caller.operators.update({ ...person(), operatorId }),
        admin.caller.operators.disable({ operatorId }),
        admin.caller.operators.enable({ operatorId }),
        admin.caller.operators.delete({ operatorId }),
        admin.caller.operators.unlock({ operatorId }),
        admin.caller.operators.resetPassword({ operatorId }),
        admin.caller.operators.resetMfa({ operatorId }),
        admin.caller.operators.resendInvitation({ operatorId }),
      ];
      const answers = async (operatorId: string) =>
        Promise.all(calls(operatorId).map(async (call) => JSON.stringify(await refusal(call))));
      const ofNobody = await answers(unknownId());
      expect(new Set((await Promise.all(calls(unknownId()).map(refusal))).map(({ code }) => code))).toEqual(
        new Set(["NOT_FOUND"]),
      );
      expect(await answers(victim.id)).toEqual(ofNobody);
      expect(await answers(invited)).toEqual(ofNobody);
      expect(
        await world.db.operator.findMany({ where: { companyId: foreign.companyId }, orderBy: { id: "asc" } }),
      ).toEqual(before);
      expect(await again(victim).viewer.me()).not.toBeNull();
    });

    test("operators and supervisors are refused everything", async () => {
      const { companyId } = await office();
      for (const role of ["operator", "supervisor"] as const) {
        const { caller, id: operatorId } = await world.createOperator(companyId, role);
        const { operators } = caller;
        const csv = { file: Buffer.from("ID").toString("base64") };
        for (const call of [
          () => operators.list({}),
          () => operators.get({ operatorId }),
          () => operators.seats({}),
          () => operators.create({ ...person(), password: null }),
          () => operators.invite(person()),
          () => operators.resendInvitation({ operatorId }),
          () => operators.update({ ...person(), operatorId }),
          () => operators.disable({ operatorId }),
          () => operators.enable({ operatorId }),
          () => operators.delete({ operatorId }),
          () => operators.unlock({ operatorId }),
          () => operators.resetPassword({ operatorId }),
          () => operators.resetMfa({ operatorId }),
          () => operators.previewImport(csv),
          () => operators.import(csv),
        ]) {
          expect((await refusal(call())).code).toBe("FORBIDDEN");
        }
      }
    });

    test("fields that a caller has no business with are refused", async () => {
      const { admin } = await office();
      const foreign = await world.createCompany();
      for (const extra of [
        { companyId: foreign },
        { passwordHash: "x" },
        { id: unknownId() },
        { disabledAt: null },
        { mustChangePassword: false },
        { __proto__x: 1 },
      ]) {
        const call = admin.caller.operators.invite(Object.assign(person(), extra));
        expect((await refusal(call)).code).toBe("BAD_REQUEST");
      }
    });

    test.each([
      ["a line end", "two\nlines"],
      ["a mark that turns the direction of text", "evil\u202Etxt"],
      ["nothing but spaces", "   "],
      ["81 characters", "x".repeat(81)],
    ])("a name with %s is refused", async (_, name) => {
      const { admin } = await office();
      expect((await refusal(admin.caller.operators.invite({ ...person(), name }))).code).toBe("BAD_REQUEST");
    });

    test("an administrator who is demoted while a call waits no longer gets what it asked for", async () => {
      const { companyId, admin } = await office();
      const context = admin.context;
      await world.createOperator(companyId, "administrator");
      await world.db.operator.update({ where: { id: admin.id }, data: { role: "operator" } });
      const { inviteOperator } = await import("./invite-operator");
      expect((await refusal(inviteOperator(context, person()))).code).toBe("FORBIDDEN");
    });
  });
});

/** When a watched stream was ended with UNAUTHENTICATED. */
async function untilRefused(stream: AsyncIterable<unknown>): Promise<number> {
  const refused = await refusal(
    (async () => {
      for await (const _ of stream);
    })(),
  );
  expect(refused.code).toBe("UNAUTHENTICATED");
  return performance.now();
}

async function withTimeout<Result>(promise: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
