import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { device, refusal, unknownId } from "@/server/domain/support-sessions/testing/world";
import { deleteClosedCompanies } from "./delete-closed-companies";
import { exportCompany } from "./export-company";
import { findExportLink, recordExportDownload } from "./export-links";
import { createProviderWorld, type ProviderWorld, type TestProvider } from "./testing/provider-world";

const DAY_MS = 24 * 3_600_000;
/** Texts that only the company may see, in every place where it can write some. */
const SECRETS = {
  operatorName: "Canary Operator",
  operatorCode: "canary-operator",
  email: "canary@company.example",
  note: "canary note: the printer of the director",
  category: "canary category",
  device: "CanaryBrowser",
  consentText: "canary consent",
  displayName: "Canary Display",
  network: "192.0.2.77/32",
};
const plan = {
  seats: 5,
  maxSimultaneousSessions: 3,
  features: { control: true, files: true, clipboard: true, recording: true },
};

describe("closing a company", () => {
  let world: ProviderWorld;
  let provider: TestProvider;
  let companies = 0;

  beforeAll(async () => {
    world = await createProviderWorld();
    provider = await world.createProvider();
  });
  beforeEach(async () => {
    await world.heartbeat();
    await world.db.outgoingMail.deleteMany();
  });
  afterAll(() => world.close());

  const api = () => provider.caller.provider.companies;

  /** A company with something in every table that a company has. */
  async function furnished() {
    companies += 1;
    const code = `closing-${companies}`;
    const { companyId } = await api().create({
      code,
      name: `Closing ${companies}`,
      region: "default",
      plan,
      administrator: {
        name: SECRETS.operatorName,
        code: SECRETS.operatorCode,
        email: SECRETS.email,
        locale: "ja",
      },
    });
    const operator = await world.createOperator(companyId);
    const live = await world.live(operator);
    await operator.caller.session.end({ sessionId: live.sessionId });
    await world.db.supportSession.update({
      where: { id: live.sessionId },
      data: {
        note: SECRETS.note,
        category: SECRETS.category,
        device: { ...device, browserName: SECRETS.device },
      },
    });
    await world.db.companyPolicy.update({
      where: { companyId },
      data: {
        consentText: SECRETS.consentText,
        displayName: SECRETS.displayName,
        allowedNetworks: [SECRETS.network],
        auditRetentionDays: 365,
      },
    });
    const content = new Uint8Array(Buffer.from("a picture"));
    await world.db.companyLogo.create({ data: { companyId, content, mediaType: "image/png" } });
    await world.waiting(operator);
    await world.takeMails();
    return { companyId, code, operator, sessionId: live.sessionId };
  }

  async function closed() {
    const company = await furnished();
    const { companyId, code } = company;
    const sent = await api().close({ companyId, confirmation: code, deleteAfterDays: 30 });
    const [mail] = await world.takeMails();
    if (mail?.template !== "company_export_ready") throw new Error("a link was expected");
    return { ...company, sent, mail, secret: new URL(mail.url).hash.slice(1) };
  }

  test("asks for the code, ends everything, and writes to the company's administrators alone", async () => {
    const { companyId, code } = await furnished();
    const wrong = { companyId, confirmation: "another", deleteAfterDays: 30 };
    expect((await refusal(api().close(wrong))).code).toBe("BAD_REQUEST");
    expect(await api().get({ companyId })).toMatchObject({ state: "active", openSessions: 1 });
    const right = { ...wrong, confirmation: code };
    for (const deleteAfterDays of [0, 6, 366, 30.5]) {
      expect((await refusal(api().close({ ...right, deleteAfterDays }))).code).toBe("BAD_REQUEST");
    }
    expect(await api().close(right)).toEqual({ exportRecipients: 1 });
    const mails = await world.takeMails();
    expect(mails).toMatchObject([{ template: "company_export_ready", to: SECRETS.email, locale: "ja" }]);
    // Pressed twice: closed once, nobody is written to again.
    expect(await api().close(right)).toEqual({ exportRecipients: 0 });
    expect(await world.takeMails()).toEqual([]);
    expect(await api().get({ companyId })).toMatchObject({
      state: "closed",
      openSessions: 0,
      deleteAfter: new Date(world.now().getTime() + 30 * DAY_MS),
    });
    const contract = { name: "Other", region: "default", plan };
    for (const act of [
      () => api().suspend({ companyId, reason: "Too late." }),
      () => api().resume({ companyId }),
      () => api().update({ companyId, ...contract, seen: contract }),
      () => api().inviteAdministrator({ companyId, email: null }),
    ]) {
      expect((await refusal(act())).code).toBe("COMPANY_CLOSED");
    }
  });

  test("the link opens everything that belongs to the company, and nothing that opens accounts", async () => {
    const { secret, companyId, code } = await closed();
    const other = await furnished();
    const { caller } = world.call({}, world.parts);
    expect(await caller.companyExport.read({ secret })).toMatchObject({
      companyCode: code,
      operators: 2,
      sessions: 2,
    });
    const link = await findExportLink(world.system, secret);
    expect(link.companyId).toBe(companyId);
    await recordExportDownload({ ...world.system, actor: { kind: "anonymous" } }, link);
    const chunks: Uint8Array[] = [];
    for await (const chunk of exportCompany(world.system, companyId)) chunks.push(chunk);
    const files = readZip(Buffer.concat(chunks));
    expect([...files.keys()].sort()).toEqual([
      "README.txt",
      "audit-log.ndjson",
      "company.json",
      "logo.png",
      "operators.ndjson",
      "policy.json",
      "sessions.ndjson",
    ]);
    const text = [...files.values()].join("\n");
    for (const content of Object.values(SECRETS)) expect(text).toContain(content);
    expect(text).not.toMatch(/passwordHash|ticketHash|secretHash|"no password"/);
    expect(text).not.toContain(other.companyId);
    expect(text).not.toContain(other.sessionId);
    expect(files.get("sessions.ndjson")?.trim().split("\n")).toHaveLength(2);
    expect((await api().get({ companyId })).exportedAt).toEqual(world.now());
    expect(await world.auditOf(companyId)).toContain("operator company.exported");
  });

  test("lists longer than a page are whole", async () => {
    const { companyId, operator } = await closed();
    const at = world.now();
    await world.db.auditEvent.createMany({
      data: Array.from({ length: 2_345 }, (_, index) => ({
        companyId,
        at,
        actor: `operator:${operator.id}`,
        action: "test.many",
        detail: { index },
      })),
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of exportCompany(world.system, companyId)) chunks.push(chunk);
    const lines = readZip(Buffer.concat(chunks)).get("audit-log.ndjson")?.trim().split("\n") ?? [];
    expect(lines.filter((line) => line.includes("test.many"))).toHaveLength(2_345);
    expect(new Set(lines.map((line) => JSON.parse(line).id)).size).toBe(lines.length);
  });

  test("new links replace the old ones; made-up secrets open nothing", async () => {
    const { secret, companyId } = await closed();
    const { caller } = world.call({}, world.parts);
    expect(await api().sendExportAgain({ companyId })).toEqual({ exportRecipients: 1 });
    for (const wrong of [secret, "x".repeat(43), "", companyId]) {
      expect((await refusal(caller.companyExport.read({ secret: wrong }))).code).toBe("LINK_INVALID");
    }
    await world.db.operator.updateMany({ where: { companyId }, data: { email: null } });
    expect((await refusal(api().sendExportAgain({ companyId }))).code).toBe("EMAIL_MISSING");
    const open = await furnished();
    expect((await refusal(api().sendExportAgain({ companyId: open.companyId }))).code).toBe(
      "CHANGED_MEANWHILE",
    );
    expect((await refusal(api().sendExportAgain({ companyId: unknownId() }))).code).toBe("NOT_FOUND");
  });

  test("when its time is over everything goes but the code and the audit log", async () => {
    const { companyId, code, secret, operator } = await closed();
    world.advance(30 * DAY_MS - 1);
    expect(await deleteClosedCompanies(world.system)).toBe(0);
    const before = await world.db.auditEvent.count({ where: { companyId } });
    world.advance(1);
    const { caller } = world.call({}, world.parts);
    expect((await refusal(caller.companyExport.read({ secret }))).code).toBe("LINK_INVALID");
    expect(await deleteClosedCompanies(world.system)).toBeGreaterThanOrEqual(1);
    expect(await deleteClosedCompanies(world.system)).toBe(0);
    const { db } = world;
    const where = { companyId };
    const left = await Promise.all([
      db.operator.count({ where }),
      db.supportSession.count({ where }),
      db.receptionNumber.count({ where }),
      db.companyLogo.count({ where }),
      db.companyExportLink.count({ where }),
      db.signIn.count({ where: { operatorId: operator.id } }),
    ]);
    expect(left).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await db.companyPolicy.findUniqueOrThrow({ where })).toMatchObject({
      auditRetentionDays: 365,
      consentText: "",
      displayName: "",
      allowedNetworks: [],
    });
    expect(await db.auditEvent.count({ where })).toBe(before + 1);
    expect(await world.auditOf(null)).toContain("system company.deleted");
    expect(await api().get({ companyId })).toMatchObject({ state: "deleted", code, seatsUsed: 0 });
    const again = api().create({
      code,
      name: "Heir",
      region: "default",
      plan,
      administrator: { name: "A", code: "a", email: "a@b.example", locale: "en" },
    });
    expect((await refusal(again)).code).toBe("CODE_TAKEN");
  });

  test("the provider sees counts and never content, whatever is asked", async () => {
    const { companyId, operator } = await furnished();
    const { caller } = provider;
    const contractOf = async (id: string) => {
      const { name, region, plan } = await caller.provider.companies.get({ companyId: id });
      return { name, region, plan };
    };
    const answers: Record<string, unknown> = {
      "provider.overview": await caller.provider.overview({ timeZone: "Asia/Tokyo" }),
      "provider.relays": await caller.provider.relays({}),
      "provider.companies.list": await caller.provider.companies.list({}),
      "provider.companies.get": await caller.provider.companies.get({ companyId }),
      "provider.companies.suggestCode": await caller.provider.companies.suggestCode({ name: "x" }),
      "provider.accounts.list": await caller.provider.accounts.list({}),
      "provider.companies.inviteAdministrator": await refusal(
        caller.provider.companies.inviteAdministrator({ companyId, email: null }),
      ),
      "provider.companies.update": await caller.provider.companies.update({
        companyId,
        name: "New name",
        region: "default",
        plan,
        seen: await contractOf(companyId),
      }),
      "provider.companies.suspend": await caller.provider.companies.suspend({ companyId, reason: "Why." }),
      "provider.companies.resume": await caller.provider.companies.resume({ companyId }),
      "provider.companies.closed": await caller.provider.companies.close({
        companyId,
        confirmation: (await caller.provider.companies.get({ companyId })).code,
        deleteAfterDays: 7,
      }),
      "provider.companies.sendExportAgain": await caller.provider.companies.sendExportAgain({ companyId }),
      "after closing": await caller.provider.companies.get({ companyId }),
      "its part of the audit log": await world.db.auditEvent.findMany({
        where: { companyId: null },
        select: { actor: true, action: true, subject: true, clientAddress: true, detail: true },
      }),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const text = JSON.stringify(answer);
      for (const content of [...Object.values(SECRETS), operator.id]) {
        expect(text, `${name} holds "${content}"`).not.toContain(content);
      }
    }
    expect(answers["provider.companies.list"]).toMatchObject({
      rows: expect.arrayContaining([
        expect.objectContaining({ companyId, seatsUsed: 2, openSessions: 1, recentSessions: 2 }),
      ]),
    });
  });
});

/** The files of an archive, by its central directory. */
function readZip(archive: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x0605_4b50);
  let place = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    const compressed = archive.readUInt32LE(place + 20);
    const nameLength = archive.readUInt16LE(place + 28);
    const start = archive.readUInt32LE(place + 42);
    const name = archive.toString("utf8", place + 46, place + 46 + nameLength);
    const content = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
    files.set(name, inflateRawSync(archive.subarray(content, content + compressed)).toString("utf8"));
    place += 46 + nameLength + archive.readUInt16LE(place + 30);
  }
  return files;
}
