import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOGO_MAX_BYTES, type PolicyFields } from "@/protocol/company-policy";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
import { createWorld, refusal, type TestOperator, type World } from "../support-sessions/testing/world";

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const WEBP = Buffer.from("RIFF\u0000\u0000\u0000\u0000WEBPVP8 xxx", "latin1");
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

describe("a company's policy", () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  async function office() {
    const companyId = await world.createCompany();
    return { companyId, admin: await world.createOperator(companyId, "administrator") };
  }
  /** A new request of that browser, from an address. */
  const from = (operator: TestOperator, address: string) =>
    world.call({ cookie: operator.cookie, [CLIENT_ADDRESS_HEADER]: address }).caller;
  const base64 = (bytes: Uint8Array) => ({ content: Buffer.from(bytes).toString("base64") });

  async function change(admin: TestOperator, differs: Partial<PolicyFields>, address = "192.0.2.7") {
    const { policies } = from(admin, address);
    const { fields, updatedAt } = await policies.get({});
    return policies.set({ fields: { ...fields, ...differs }, updatedAt });
  }

  test("every field is stored and comes back; what changed is audited", async () => {
    const { admin, companyId } = await office();
    const after: PolicyFields = {
      lockoutThreshold: 3,
      lockoutMinutes: 0,
      passwordMaxAgeDays: 90,
      mfaRequired: true,
      signInIdleMinutes: 15,
      signInAbsoluteMinutes: 600,
      allowedNetworks: ["192.0.2.0/24", "2001:db8::/32"],
      receptionTtlMinutes: 5,
      autoAccept: true,
      allowControl: false,
      allowFiles: false,
      allowClipboard: false,
      allowRecording: true,
      consentText: "A <b>text</b>\nin two lines",
      sessionCategories: ["Printing", "Network"],
      displayName: "Help desk",
      sessionRetentionDays: 365,
      auditRetentionDays: 2557,
    };
    await change(admin, after);
    expect(
      await world.db.companyPolicy.findUniqueOrThrow({
        where: { companyId },
        omit: { companyId: true, updatedAt: true },
      }),
    ).toEqual(after);
    const event = await world.db.auditEvent.findFirstOrThrow({
      where: { companyId, action: "policy.changed" },
    });
    expect(event.detail).toMatchObject({ before: { lockoutThreshold: 5 }, after: { lockoutThreshold: 3 } });
    expect(Object.keys(Object(event.detail).after)).not.toContain("auditRetentionDays");
  });

  test.each<[string, Partial<PolicyFields>]>([
    ["lockout after 2", { lockoutThreshold: 2 }],
    ["lockout after 11", { lockoutThreshold: 11 }],
    ["a day and a minute of lockout", { lockoutMinutes: 1_441 }],
    ["idle longer than absolute", { signInIdleMinutes: 600, signInAbsoluteMinutes: 60 }],
    ["numbers for an hour and a minute", { receptionTtlMinutes: 61 }],
    ["half a minute", { receptionTtlMinutes: 0.5 }],
    ["an audit log of a month", { auditRetentionDays: 30 }],
    ["a network that is none", { allowedNetworks: ["192.0.2.0/24", "office"] }],
    ["a category twice", { sessionCategories: ["A", "A"] }],
    ["a hidden direction mark", { displayName: "a\u202Eb" }],
    ["a long text", { consentText: "x".repeat(1_001) }],
  ])("%s is refused", async (_, differs) => {
    const { admin } = await office();
    expect((await refusal(change(admin, differs))).code).toBe("BAD_REQUEST");
  });

  test("fields that are none are refused", async () => {
    const { admin } = await office();
    const { fields, updatedAt } = await admin.caller.policies.get({});
    const call = admin.caller.policies.set({
      fields: Object.assign(fields, { companyId: admin.companyId }),
      updatedAt,
    });
    expect((await refusal(call)).code).toBe("BAD_REQUEST");
  });

  test("of two who change it at once, one is told that the other was first", async () => {
    const { admin, companyId } = await office();
    const other = await world.createOperator(companyId, "administrator");
    const { fields, updatedAt } = await admin.caller.policies.get({});
    const outcomes = await Promise.allSettled([
      admin.caller.policies.set({ fields: { ...fields, lockoutThreshold: 4 }, updatedAt }),
      other.caller.policies.set({ fields: { ...fields, lockoutThreshold: 6 }, updatedAt }),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const [lost] = outcomes.filter((outcome) => outcome.status === "rejected");
    expect((await refusal(Promise.reject(lost?.reason))).code).toBe("CHANGED_MEANWHILE");
  });

  test.each([
    ["192.0.2.7", ["192.0.2.0/24"], true],
    ["::ffff:192.0.2.7", ["192.0.2.7"], true],
    ["2001:db8::7", ["2001:db8::/64"], true],
    ["192.0.2.7", ["198.51.100.0/24"], false],
    ["192.0.2.7", ["2001:db8::/64"], false],
    ["unknown", ["0.0.0.0/0"], false],
  ])("from %s the networks %j: %s", async (address, allowedNetworks, fits) => {
    const { admin } = await office();
    const outcome = change(admin, { allowedNetworks }, address);
    if (!fits) expect((await refusal(outcome)).code).toBe("POLICY_LOCKS_OUT");
    else expect(await outcome).toHaveProperty("updatedAt");
  });

  test("networks and idle time count for sign-ins that exist, from the next request on", async () => {
    const { admin, companyId } = await office();
    const operator = await world.createOperator(companyId);
    expect(await from(operator, "198.51.100.1").viewer.me()).not.toBeNull();
    await change(admin, { allowedNetworks: ["192.0.2.0/24"], signInIdleMinutes: 5 });
    expect(await from(operator, "198.51.100.1").viewer.me()).toBeNull();
    expect(await from(operator, "192.0.2.9").viewer.me()).not.toBeNull();
    await world.db.signIn.updateMany({
      where: { operatorId: operator.id },
      data: { lastSeenAt: new Date(world.now().getTime() - 6 * 60_000) },
    });
    expect(await from(operator, "192.0.2.9").viewer.me()).toBeNull();
  });

  test("a feature that the plan does not have cannot be switched on; one that it lost may stay", async () => {
    const { admin, companyId } = await office();
    await world.db.company.update({
      where: { id: companyId },
      data: { planRecording: false, planControl: false },
    });
    expect((await refusal(change(admin, { allowRecording: true }))).code).toBe("FEATURE_NOT_IN_PLAN");
    await change(admin, { lockoutThreshold: 4 });
    await change(admin, { allowControl: false });
    expect((await refusal(change(admin, { allowControl: true }))).code).toBe("FEATURE_NOT_IN_PLAN");
  });

  describe("the logo", () => {
    test.each([
      ["image/png", PNG],
      ["image/jpeg", JPEG],
      ["image/webp", WEBP],
    ])("%s is taken, told by its bytes, and removed again", async (mediaType, bytes) => {
      const { admin, companyId } = await office();
      await admin.caller.policies.setLogo(base64(bytes));
      const { logo } = await admin.caller.policies.get({});
      expect(logo).toBe(`data:${mediaType};base64,${bytes.toString("base64")}`);
      await admin.caller.policies.removeLogo({});
      expect((await admin.caller.policies.get({})).logo).toBeNull();
      const events = await world.db.auditEvent.findMany({ where: { companyId }, orderBy: { id: "asc" } });
      expect(events.map(({ action }) => action)).toEqual(["policy.logo_set", "policy.logo_removed"]);
    });

    test.each([
      ["an SVG", SVG],
      ["a GIF", Buffer.from("GIF89a")],
      ["a page", Buffer.from("<html><script>alert(1)</script>")],
      ["nothing", Buffer.alloc(0)],
      ["too much", Buffer.concat([PNG, Buffer.alloc(LOGO_MAX_BYTES)])],
    ])("%s is refused", async (_, bytes) => {
      const { admin } = await office();
      expect((await refusal(admin.caller.policies.setLogo(base64(bytes)))).code).toBe("LOGO_REFUSED");
    });
  });

  test("operators and supervisors are refused; another company's policy stays its own", async () => {
    const { admin, companyId } = await office();
    const foreign = await office();
    const { fields, updatedAt } = await admin.caller.policies.get({});
    for (const role of ["operator", "supervisor"] as const) {
      const { policies } = (await world.createOperator(companyId, role)).caller;
      for (const call of [
        () => policies.get({}),
        () => policies.set({ fields, updatedAt }),
        () => policies.setLogo(base64(PNG)),
        () => policies.removeLogo({}),
      ]) {
        expect((await refusal(call())).code).toBe("FORBIDDEN");
      }
    }
    await change(admin, { displayName: "Mine" });
    await admin.caller.policies.setLogo(base64(PNG));
    expect(await foreign.admin.caller.policies.get({})).toMatchObject({
      fields: { displayName: "" },
      logo: null,
    });
  });
});
