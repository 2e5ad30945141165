import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import {
  createProviderWorld,
  type ProviderWorld,
  type TestProvider,
} from "@/server/domain/companies/testing/provider-world";
import { type Caller, refusal, unknownId } from "@/server/domain/support-sessions/testing/world";

describe("the provider site", () => {
  let world: ProviderWorld;
  let provider: TestProvider;

  beforeAll(async () => {
    world = await createProviderWorld();
  });
  beforeEach(async () => {
    provider = await world.createProvider();
    await world.db.outgoingMail.deleteMany();
  });
  afterAll(() => world.close());

  /** Every procedure, with an input that its own people could send. */
  const calls = (caller: Caller): Record<string, () => Promise<unknown>> => {
    const companyId = unknownId();
    const providerAccountId = unknownId();
    const plan = {
      seats: 1,
      maxSimultaneousSessions: 1,
      features: { control: true, files: true, clipboard: true, recording: true },
    };
    const contract = { name: "x", region: "default", plan };
    const person = { name: "N", code: "n", email: "n@x.example", locale: "en" as const };
    const { companies, accounts } = caller.provider;
    return {
      overview: () => caller.provider.overview({ timeZone: "UTC" }),
      relays: () => caller.provider.relays({}),
      "companies.list": () => companies.list({}),
      "companies.get": () => companies.get({ companyId }),
      "companies.suggestCode": () => companies.suggestCode({ name: "x" }),
      "companies.create": () =>
        companies.create({ code: "stolen", name: "x", region: "default", plan, administrator: person }),
      "companies.update": () => companies.update({ companyId, ...contract, seen: contract }),
      "companies.inviteAdministrator": () => companies.inviteAdministrator({ companyId, email: null }),
      "companies.suspend": () => companies.suspend({ companyId, reason: "x" }),
      "companies.resume": () => companies.resume({ companyId }),
      "companies.close": () => companies.close({ companyId, confirmation: "x", deleteAfterDays: 30 }),
      "companies.sendExportAgain": () => companies.sendExportAgain({ companyId }),
      "accounts.list": () => accounts.list({}),
      "accounts.invite": () => accounts.invite(person),
      "accounts.resendInvitation": () => accounts.resendInvitation({ providerAccountId }),
      "accounts.update": () => accounts.update({ providerAccountId, name: "x", email: null, locale: "en" }),
      "accounts.disable": () => accounts.disable({ providerAccountId }),
      "accounts.enable": () => accounts.enable({ providerAccountId }),
      "accounts.resetPassword": () => accounts.resetPassword({ providerAccountId }),
      "accounts.resetMfa": () => accounts.resetMfa({ providerAccountId }),
    };
  };

  test("nobody else may do anything there, and nothing has happened afterwards", async () => {
    const companyId = await world.createCompany();
    const strangers: [string, Caller, string][] = [
      ["anybody", world.call({}, world.parts).caller, "UNAUTHENTICATED"],
      ["a relay", world.relay, "UNAUTHENTICATED"],
      ["an operator", (await world.createOperator(companyId)).caller, "FORBIDDEN"],
      ["an administrator", (await world.createOperator(companyId, "administrator")).caller, "FORBIDDEN"],
      ["no second factor yet", (await world.createProvider("enrolment")).caller, "SIGN_IN_INCOMPLETE"],
      ["second factor awaited", (await world.createProvider("second_factor")).caller, "SIGN_IN_INCOMPLETE"],
    ];
    const before = await world.auditOf(null);
    for (const [who, caller, code] of strangers) {
      for (const [name, call] of Object.entries(calls(caller))) {
        expect(`${who}, ${name}: ${(await refusal(call())).code}`).toBe(`${who}, ${name}: ${code}`);
      }
    }
    expect(await world.auditOf(null)).toEqual(before);
    expect(await world.db.company.count({ where: { code: "stolen" } })).toBe(0);
  });

  test("ids that nothing has are not found", async () => {
    for (const [name, call] of Object.entries(calls(provider.caller))) {
      if (/list|overview|relays|suggestCode|create|invite$/.test(name)) continue;
      expect(`${name}: ${(await refusal(call())).code}`).toBe(`${name}: NOT_FOUND`);
    }
  });

  test("the overview counts days in the viewer's zone, and refuses zones that do not exist", async () => {
    const companyId = await world.createCompany();
    await world.heartbeat();
    await world.live(await world.createOperator(companyId));
    const overview = await provider.caller.provider.overview({ timeZone: "Asia/Tokyo" });
    expect(overview.days).toHaveLength(30);
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tokyo" }).format(world.now());
    expect(overview.days.at(-1)).toMatchObject({ day: today, sessions: 1 });
    expect(overview.busiest).toMatchObject([{ companyId, sessions: 1 }]);
    expect(overview.sessions).toEqual({ waiting: 0, live: 1 });
    expect(overview.relays).toMatchObject([{ relayId: "relay-1", healthy: true, load: 0.1 }]);
    const nowhere = provider.caller.provider.overview({ timeZone: "Nowhere'; DROP TABLE company; --" });
    expect((await refusal(nowhere)).code).toBe("BAD_REQUEST");
  });

  test("a relay of another protocol version is listed as one that can take nothing", async () => {
    await world.heartbeat({ protocolVersion: SIGNALLING_PROTOCOL_VERSION + 1 });
    expect(await provider.caller.provider.relays({})).toMatchObject([
      { relayId: "relay-1", state: "ready", healthy: false, heard: true, otherProtocol: true },
    ]);
    expect((await provider.caller.status.get()).relays).toEqual({ healthy: 0, total: 1 });
    await world.heartbeat();
    expect(await provider.caller.provider.relays({})).toMatchObject([
      { healthy: true, otherProtocol: false },
    ]);
    await world.heartbeat({ state: "draining" });
    expect(await provider.caller.provider.relays({})).toMatchObject([
      { healthy: false, heard: true, state: "draining", sessions: 0, workers: expect.any(Number) },
    ]);
  });

  test("the list is filtered by text, taken as it is, and by state", async () => {
    const companyId = await world.createCompany();
    await world.db.company.update({ where: { id: companyId }, data: { name: "100% Support_A" } });
    const list = async (text: string) =>
      (await provider.caller.provider.companies.list({ text })).rows.map((row) => row.companyId);
    expect(await list("100% support_a")).toEqual([companyId]);
    expect(await list("100_")).toEqual([]);
    expect(await list("%")).toEqual([companyId]);
    const suspended = await provider.caller.provider.companies.list({ state: "suspended" });
    expect(suspended.rows).toEqual([]);
  });

  describe("accounts", () => {
    const accounts = () => provider.caller.provider.accounts;
    const rowOf = async (id: string) =>
      (await accounts().list({})).find(({ providerAccountId }) => providerAccountId === id);

    test("an invitation makes an account without a password; the same ID is taken only once", async () => {
      const person = {
        name: "Mori",
        code: `mori-${provider.id.slice(-12)}`,
        email: "mori@x.example",
        locale: "ja" as const,
      };
      const [one, other] = await Promise.allSettled([accounts().invite(person), accounts().invite(person)]);
      expect([one.status, other.status].sort()).toEqual(["fulfilled", "rejected"]);
      expect(await world.takeMails()).toMatchObject([
        { template: "invitation", to: "mori@x.example", companyCode: null, locale: "ja" },
      ]);
      const row = (await accounts().list({})).find(({ code }) => code === person.code);
      expect(row).toMatchObject({ state: "invited", secondFactor: false, own: false });
      const providerAccountId = row?.providerAccountId ?? "";
      await accounts().resendInvitation({ providerAccountId });
      expect(await world.takeMails()).toHaveLength(1);
      expect((await refusal(accounts().resetPassword({ providerAccountId }))).code).toBe("CHANGED_MEANWHILE");
      expect(await world.db.accountLink.count({ where: { providerAccountId } })).toBe(1);
      const sneaky = { ...person, code: "x", passwordHash: "x" };
      expect((await refusal(accounts().invite(sneaky))).code).toBe("BAD_REQUEST");
    });

    test("the own account is left alone", async () => {
      const own = { providerAccountId: provider.id };
      for (const act of [
        () => accounts().disable(own),
        () => accounts().resetMfa(own),
        () => accounts().resetPassword(own),
        () => accounts().update({ ...own, name: "x", email: null, locale: "en" }),
      ]) {
        expect((await refusal(act())).code).toBe("OWN_ACCOUNT");
      }
    });

    test("two who disable each other at the same instant: one of them stays", async () => {
      for (let round = 0; round < 5; round += 1) {
        const [one, other] = await Promise.all([world.createProvider(), world.createProvider()]);
        const outcomes = await Promise.allSettled([
          one.caller.provider.accounts.disable({ providerAccountId: other.id }),
          other.caller.provider.accounts.disable({ providerAccountId: one.id }),
        ]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
        const left = await world.db.providerAccount.count({
          where: { id: { in: [one.id, other.id] }, disabledAt: null },
        });
        expect(left).toBe(1);
      }
    });

    test("disabling ends sign-ins and links; enabling unlocks", async () => {
      const mate = await world.createProvider();
      const providerAccountId = mate.id;
      await accounts().resetPassword({ providerAccountId });
      expect(await world.takeMails()).toMatchObject([{ template: "password_reset" }]);
      await accounts().disable({ providerAccountId });
      await accounts().disable({ providerAccountId });
      expect(await rowOf(mate.id)).toMatchObject({ state: "disabled" });
      const signIn = await world.db.signIn.findUniqueOrThrow({ where: { id: mate.signInId } });
      expect(signIn.revokedAt).toEqual(world.now());
      expect(await world.db.accountLink.count({ where: { providerAccountId } })).toBe(0);
      expect((await refusal(accounts().resetPassword({ providerAccountId }))).code).toBe("CHANGED_MEANWHILE");
      await world.db.providerAccount.update({
        where: { id: mate.id },
        data: { failedSignIns: 5, lockedUntil: new Date(world.now().getTime() + 60_000) },
      });
      await accounts().enable({ providerAccountId });
      expect(await rowOf(mate.id)).toMatchObject({ state: "active" });
      const acts = await world.db.auditEvent.findMany({
        where: { subject: `provider:${mate.id}` },
        orderBy: { id: "asc" },
      });
      expect(acts.map(({ action }) => action)).toEqual([
        "provider_account.password_reset_sent",
        "provider_account.disabled",
        "provider_account.enabled",
      ]);
    });

    test("a second factor that is reset is gone, with every sign-in, and its owner is told", async () => {
      const mate = await world.createProvider();
      await world.db.totpCredential.create({
        data: {
          id: unknownId(),
          providerAccountId: mate.id,
          sealedSecret: new Uint8Array(8),
          confirmedAt: world.now(),
        },
      });
      expect(await rowOf(mate.id)).toMatchObject({ secondFactor: true });
      await accounts().resetMfa({ providerAccountId: mate.id });
      expect(await rowOf(mate.id)).toMatchObject({ secondFactor: false });
      expect(await world.takeMails()).toMatchObject([
        { template: "second_factor_changed", what: "reset_by_administrator" },
      ]);
      const signIn = await world.db.signIn.findUniqueOrThrow({ where: { id: mate.signInId } });
      expect(signIn.revokedAt).toEqual(world.now());
    });

    test("a new address makes links in the old mailbox worthless", async () => {
      const mate = await world.createProvider();
      const providerAccountId = mate.id;
      await accounts().resetPassword({ providerAccountId });
      await accounts().update({ providerAccountId, name: "B", email: "new@x.example", locale: "ja" });
      expect(await world.db.accountLink.count({ where: { providerAccountId } })).toBe(0);
      expect(await rowOf(mate.id)).toMatchObject({ name: "B", email: "new@x.example", locale: "ja" });
      await accounts().update({ providerAccountId, name: "B", email: null, locale: "ja" });
      expect((await refusal(accounts().resetPassword({ providerAccountId }))).code).toBe("EMAIL_MISSING");
    });
  });
});
