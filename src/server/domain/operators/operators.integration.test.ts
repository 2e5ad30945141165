import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyPassword } from "@/server/auth/password-hash";
import { newId } from "@/server/db/new-id";
import { createWorld, refusal, type World } from "../support-sessions/testing/world";
import { exportOperators } from "./export-operators";
import { offices } from "./testing/offices";

describe("a company's accounts", () => {
  let world: World;
  const { office, person, again, stored, fieldsOf, lastEvent } = offices(() => world);

  beforeAll(async () => {
    world = await createWorld({ variables: { SMTP_URL: "smtp://127.0.0.1:9" } });
    await world.heartbeat();
  });
  afterAll(() => world.close());

  test("an invitation makes an account without a password, a link for 72 hours and one mail, and is audited", async () => {
    const { admin, companyId } = await office();
    const mails = await world.db.outgoingMail.count();
    const invitee = person();
    const { operatorId } = await admin.caller.operators.invite(invitee);
    const operator = await stored(operatorId);
    expect(operator).toMatchObject({
      companyId,
      code: invitee.code,
      email: invitee.email,
      passwordHash: null,
    });
    const [link] = await world.db.accountLink.findMany({ where: { operatorId } });
    expect(link).toMatchObject({ purpose: "invitation", usedAt: null });
    expect(link?.expiresAt.getTime()).toBe(world.now().getTime() + 72 * 3_600_000);
    expect(await world.db.outgoingMail.count()).toBe(mails + 1);
    expect(await lastEvent(`operator:${operatorId}`)).toMatchObject({
      action: "operator.invited",
      actor: `operator:${admin.id}`,
      companyId,
      detail: { before: null, after: invitee },
    });
    expect(await admin.caller.operators.get({ operatorId })).toMatchObject({
      state: "invited",
      invitationUntil: link?.expiresAt,
    });

    await admin.caller.operators.resendInvitation({ operatorId });
    const again = await world.db.accountLink.findMany({ where: { operatorId } });
    expect(again).toHaveLength(1);
    expect(again[0]?.id).not.toBe(link?.id);
  });

  test("a created account has a random password that must be changed", async () => {
    const { admin } = await office();
    const { operatorId, password } = await admin.caller.operators.create({
      ...person(),
      email: null,
      password: null,
    });
    const operator = await stored(operatorId);
    expect(await verifyPassword(operator.passwordHash ?? undefined, password ?? "")).toBe(true);
    expect(operator.mustChangePassword).toBe(true);
    const chosen = await admin.caller.operators.create({ ...person(), password: "Kaze-to-ame-7" });
    expect(chosen.password).toBeNull();
    expect((await refusal(admin.caller.operators.create({ ...person(), password: "short" }))).code).toBe(
      "PASSWORD_RULE",
    );
    expect((await refusal(admin.caller.operators.create({ ...person(), password: "password" }))).code).toBe(
      "PASSWORD_COMMON",
    );
    const event = await lastEvent(`operator:${operatorId}`);
    expect(JSON.stringify(event.detail)).not.toContain(password);
  });

  test("an ID belongs to one account of a company, and is free again when that is deleted", async () => {
    const { admin } = await office();
    const other = await office();
    const first = await admin.caller.operators.invite(person({ code: "taken" }));
    expect((await refusal(admin.caller.operators.invite(person({ code: "TAKEN" })))).code).toBe("CODE_TAKEN");
    await other.admin.caller.operators.invite(person({ code: "taken" }));
    const second = await admin.caller.operators.invite(person());
    expect(
      (
        await refusal(
          admin.caller.operators.update({ ...(await fieldsOf(second.operatorId)), code: "taken" }),
        )
      ).code,
    ).toBe("CODE_TAKEN");
    await admin.caller.operators.delete({ operatorId: first.operatorId });
    await admin.caller.operators.invite(person({ code: "taken" }));
  });

  test("deleting leaves id, ID and name, and nothing else of the account", async () => {
    const { admin, companyId } = await office();
    const operator = await world.createOperator(companyId);
    const { id } = operator;
    await world.db.operator.update({ where: { id }, data: { email: "gone@example.com", name: "Gone" } });
    await world.db.formerPassword.create({ data: { id: newId(), operatorId: id, passwordHash: "x" } });
    await world.db.totpCredential.create({
      data: { id: newId(), operatorId: id, sealedSecret: new Uint8Array(1) },
    });
    await world.db.recoveryCode.create({
      data: { id: newId(), operatorId: id, codeHash: new Uint8Array(1) },
    });
    await world.db.passkey.create({
      data: {
        id: newId(),
        operatorId: id,
        credentialId: new Uint8Array(8),
        publicKey: new Uint8Array(1),
        name: "x",
      },
    });
    await admin.caller.operators.resetPassword({ operatorId: id });
    await admin.caller.operators.delete({ operatorId: id });
    expect(await stored(id)).toMatchObject({
      name: "Gone",
      email: null,
      passwordHash: null,
      lastSignInAt: null,
    });
    const where = { operatorId: id };
    expect([
      await world.db.formerPassword.count({ where }),
      await world.db.totpCredential.count({ where }),
      await world.db.recoveryCode.count({ where }),
      await world.db.passkey.count({ where }),
      await world.db.accountLink.count({ where }),
      await world.db.signIn.count({ where: { ...where, revokedAt: null } }),
    ]).toEqual([0, 0, 0, 0, 0, 0]);
    expect((await admin.caller.operators.list({ text: "Gone" })).rows).toEqual([]);
    expect((await refusal(admin.caller.operators.get({ operatorId: id }))).code).toBe("NOT_FOUND");
    expect((await refusal(again(operator).console.watch())).code).toBe("UNAUTHENTICATED");
  });

  test("a change is audited with before and after; a new role ends the sign-ins", async () => {
    const { admin, companyId } = await office();
    const operator = await world.createOperator(companyId);
    const before = await fieldsOf(operator.id);
    await admin.caller.operators.update({ ...before, name: "A new name" });
    expect(await again(operator).viewer.me()).not.toBeNull();
    await admin.caller.operators.update({ ...before, name: "A new name", role: "supervisor" });
    expect(await again(operator).viewer.me()).toBeNull();
    expect((await lastEvent(`operator:${operator.id}`)).detail).toMatchObject({
      before: { name: "A new name", role: "operator" },
      after: { name: "A new name", role: "supervisor" },
    });
  });

  test("a new address voids links to the old one, and invites anew whoever is still invited", async () => {
    const { admin } = await office();
    const { operatorId } = await admin.caller.operators.invite(person());
    const [former] = await world.db.accountLink.findMany({ where: { operatorId } });
    const mails = await world.db.outgoingMail.count();
    await admin.caller.operators.update({ ...(await fieldsOf(operatorId)), email: "right@example.com" });
    const links = await world.db.accountLink.findMany({ where: { operatorId } });
    expect(links).toHaveLength(1);
    expect(links[0]?.id).not.toBe(former?.id);
    expect(await world.db.outgoingMail.count()).toBe(mails + 1);
  });

  test("unlocking forgets wrong passwords", async () => {
    const { admin, companyId } = await office();
    const { id } = await world.createOperator(companyId);
    const lockedUntil = new Date("9999-12-31T00:00:00Z");
    await world.db.operator.update({ where: { id }, data: { failedSignIns: 5, lockedUntil } });
    expect(await admin.caller.operators.get({ operatorId: id })).toMatchObject({
      state: "locked",
      lockedForever: true,
    });
    await admin.caller.operators.unlock({ operatorId: id });
    expect(await stored(id)).toMatchObject({ failedSignIns: 0, lockedUntil: null });
    expect((await lastEvent(`operator:${id}`)).action).toBe("operator.unlocked");
  });

  test("resetting a password makes the old one worthless at once, by mail or by hand", async () => {
    const { admin, companyId } = await office();
    const operator = await world.createOperator(companyId);
    const { id } = operator;
    const byHand = await admin.caller.operators.resetPassword({ operatorId: id });
    if (byHand.by !== "password") throw new Error("There is no address to send a link to");
    expect(await again(operator).viewer.me()).toBeNull();
    const withPassword = await stored(id);
    expect(withPassword.mustChangePassword).toBe(true);
    expect(await verifyPassword(withPassword.passwordHash ?? undefined, byHand.password)).toBe(true);

    await world.db.operator.update({ where: { id }, data: { email: "owner@example.com" } });
    expect(await admin.caller.operators.resetPassword({ operatorId: id })).toEqual({
      by: "mail",
      email: "owner@example.com",
    });
    expect(await verifyPassword((await stored(id)).passwordHash ?? undefined, byHand.password)).toBe(false);
    expect(await world.db.accountLink.findMany({ where: { operatorId: id } })).toMatchObject([
      { purpose: "password_reset" },
    ]);
    expect(
      await world.db.formerPassword.count({
        where: { operatorId: id, passwordHash: withPassword.passwordHash ?? "" },
      }),
    ).toBe(1);
    const events = await world.db.auditEvent.findMany({ where: { subject: `operator:${id}` } });
    expect(JSON.stringify(events.map(({ detail }) => detail))).not.toContain(byHand.password);
  });

  test("resetting the second factor removes all of it and ends the sign-ins", async () => {
    const { admin, companyId } = await office();
    const operator = await world.createOperator(companyId);
    const operatorId = operator.id;
    await world.db.totpCredential.create({
      data: { id: newId(), operatorId, sealedSecret: new Uint8Array(1), confirmedAt: world.now() },
    });
    expect(await admin.caller.operators.get({ operatorId })).toMatchObject({
      secondFactor: true,
      authenticatorApp: true,
    });
    await admin.caller.operators.resetMfa({ operatorId });
    expect(await admin.caller.operators.get({ operatorId })).toMatchObject({ secondFactor: false });
    expect(await again(operator).viewer.me()).toBeNull();
    expect((await lastEvent(`operator:${operatorId}`)).detail).toMatchObject({
      before: { authenticatorApp: true },
    });
  });

  describe("the list", () => {
    test("pages through every order without repeating or losing anybody, and filters", async () => {
      const { admin, companyId } = await office();
      for (let index = 0; index < 7; index += 1) {
        const { id } = await world.createOperator(companyId, index % 2 === 0 ? "operator" : "supervisor");
        await world.db.operator.update({
          where: { id },
          data: {
            name: index < 4 ? "Same name" : `Name ${index}`,
            lastSignInAt: index % 3 === 0 ? null : new Date(Date.UTC(2026, 1, 1 + (index % 2))),
            ...(index === 5 && { disabledAt: world.now() }),
            ...(index === 6 && { email: "100%_sure@example.com" }),
          },
        });
      }
      const all = (await admin.caller.operators.list({})).rows.map(({ operatorId }) => operatorId).sort();
      expect(all).toHaveLength(8);
      for (const sort of ["name", "code", "lastSignInAt"] as const) {
        for (const descending of [false, true]) {
          const seen: string[] = [];
          let cursor: string | undefined;
          for (let pages = 0; pages < 10; pages += 1) {
            const page = await admin.caller.operators.list({ sort, descending, limit: 2, cursor });
            expect(page.total).toBe(8);
            seen.push(...page.rows.map(({ operatorId }) => operatorId));
            cursor = page.nextCursor ?? undefined;
            if (cursor === undefined) break;
          }
          expect([...seen].sort()).toEqual(all);
          const whole = await admin.caller.operators.list({ sort, descending });
          expect(whole.rows.map(({ operatorId }) => operatorId)).toEqual(seen);
        }
      }
      const count = async (filter: Parameters<typeof admin.caller.operators.list>[0]) =>
        (await admin.caller.operators.list(filter)).total;
      expect(await count({ role: "supervisor" })).toBe(3);
      expect(await count({ state: "disabled" })).toBe(1);
      expect(await count({ state: "active" })).toBe(7);
      expect(await count({ text: "same NAME" })).toBe(4);
      expect(await count({ text: "100%_s" })).toBe(1);
      expect(await count({ text: "%" })).toBe(1);
      expect(await count({ text: "_" })).toBe(1);
      expect(await count({ text: "'; DROP TABLE operator; --" })).toBe(0);
      expect((await refusal(admin.caller.operators.list({ cursor: "bm9uc2Vuc2U" }))).code).toBe(
        "BAD_REQUEST",
      );
      const { nextCursor } = await admin.caller.operators.list({ sort: "code", limit: 1 });
      expect(
        (await refusal(admin.caller.operators.list({ sort: "name", cursor: nextCursor ?? "" }))).code,
      ).toBe("BAD_REQUEST");
    });
  });

  describe("import and export", () => {
    const file = (text: string) => ({ file: Buffer.from(text).toString("base64") });

    test("a good file makes every account and invites everybody, in one transaction", async () => {
      const { companyId, admin } = await office();
      const csv = file(
        "ID,氏名,メール,権限,言語\nichi,一郎,ichi@example.jp,管理者,日本語\nni,二郎,ni@example.jp,,\n",
      );
      const mails = await world.db.outgoingMail.count();
      expect(await admin.caller.operators.previewImport(csv)).toMatchObject({
        faulty: 0,
        seats: { used: 1, total: 50 },
      });
      expect(await world.db.operator.count({ where: { companyId } })).toBe(1);
      expect(await admin.caller.operators.import(csv)).toEqual({ created: 2 });
      expect(
        await world.db.operator.findMany({
          where: { companyId, code: { in: ["ichi", "ni"] } },
          orderBy: { code: "asc" },
          select: { code: true, name: true, role: true, locale: true, passwordHash: true },
        }),
      ).toEqual([
        { code: "ichi", name: "一郎", role: "administrator", locale: "ja", passwordHash: null },
        { code: "ni", name: "二郎", role: "operator", locale: "en", passwordHash: null },
      ]);
      expect(await world.db.outgoingMail.count()).toBe(mails + 2);
      expect(await world.db.auditEvent.count({ where: { companyId, action: "operator.invited" } })).toBe(2);
      expect((await refusal(admin.caller.operators.import(csv))).code).toBe("CSV_INVALID");
      const preview = await admin.caller.operators.previewImport(csv);
      expect(preview.rows.map(({ problems }) => problems)).toEqual([["code_taken"], ["code_taken"]]);
    });

    test("one wrong row, or one seat too few, and nothing happens", async () => {
      const { companyId, admin } = await office(2);
      const wrong = file("ID,Name,E-mail\na,A,a@example.com\nb,B,nobody\n");
      const tooMany = file("ID,Name,E-mail\na,A,a@example.com\nb,B,b@example.com\n");
      const mails = await world.db.outgoingMail.count();
      expect((await refusal(admin.caller.operators.import(wrong))).code).toBe("CSV_INVALID");
      expect((await refusal(admin.caller.operators.import(tooMany))).code).toBe("SEATS_TAKEN");
      expect(await world.db.operator.count({ where: { companyId } })).toBe(1);
      expect(await world.db.outgoingMail.count()).toBe(mails);
    });

    test.each(["en", "ja"] as const)(
      "an export runs no formula and can be imported elsewhere: %s",
      async (locale) => {
        const { admin } = await office();
        const evil = [
          '=HYPERLINK("http://x")',
          "+1",
          "-1",
          "@SUM(A1)",
          "＝1+1",
          "<script>alert(1)</script>",
          'quo"te, comma',
        ];
        for (const name of evil) await admin.caller.operators.invite({ ...person(), name });
        let csv = "";
        for await (const piece of exportOperators(admin.context, {}, locale)) csv += piece;
        for (const name of evil.slice(0, 5)) expect(csv).toContain(`'${name.replaceAll('"', '""')}`);
        expect(csv).not.toMatch(/(^|,)"?[=+@-]/m);

        const elsewhere = await office();
        // The administrator, who has no address, is not part of it.
        const rows = csv.split("\r\n").filter((line) => !line.includes(admin.context.actor.operatorName));
        const copy = file(rows.join("\r\n"));
        expect(await elsewhere.admin.caller.operators.import(copy)).toEqual({ created: evil.length });
        const { rows: copied } = await elsewhere.admin.caller.operators.list({});
        expect(copied.map(({ name }) => name)).toEqual(expect.arrayContaining(evil));
        expect(await lastEvent(`company:${admin.companyId}`)).toMatchObject({ action: "operator.exported" });
      },
    );

    test("1,000 rows are imported in one go", { timeout: 120_000 }, async () => {
      const { companyId, admin } = await office(2_000);
      const rows = Array.from(
        { length: 1_000 },
        (_, index) => `user${index},User ${index},user${index}@example.com`,
      );
      expect(await admin.caller.operators.import(file(`ID,Name,E-mail\n${rows.join("\n")}\n`))).toEqual({
        created: 1_000,
      });
      expect(await world.db.operator.count({ where: { companyId } })).toBe(1_001);
      const times: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const started = performance.now();
        const { rows: first, total } = await admin.caller.operators.list({ text: "user49", limit: 200 });
        expect([first.length, total]).toEqual([11, 11]);
        times.push(performance.now() - started);
      }
      expect(Math.min(...times)).toBeLessThan(1_000);
    });
  });
});
