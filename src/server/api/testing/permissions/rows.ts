import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { newId } from "@/server/db/new-id";
import { planOf } from "@/server/domain/companies/company-plan";
import { type CallerKind, callerKinds, type Facts, PASSWORD } from "./callers";
import { customerRow, type Outcome, type Row, row } from "./row";

const device = {
  browserName: "Chromium",
  browserVersion: "1",
  osName: "Linux",
  osVersion: "",
  screenWidth: 1280,
  screenHeight: 800,
  devicePixelRatio: 1,
  language: "en",
};
const nothing = () => ({});
/** An id of the company; to another company's administrator it must be as good as made up. */
const notTheirs = { foreignAdministrator: "NOT_FOUND" } as const;
/** What only the session's own operator may touch: colleagues, whatever their role, find nothing. */
const ownersAlone = {
  supervisor: "NOT_FOUND",
  administrator: "NOT_FOUND",
  foreignAdministrator: "NOT_FOUND",
} as const;

const colleague = async (facts: Facts) => ({ operatorId: await facts.colleague() });
const session = (phase: Parameters<Facts["session"]>[0], more: object = {}) => {
  return async (facts: Facts) => ({ sessionId: await facts.session(phase), ...more });
};
const newcomers = () => {
  const text = `id,name,email\nn-${newId()},New,new@example.com\n`;
  return { file: Buffer.from(text).toString("base64") };
};

/** The smallest picture there is. */
const ONE_PIXEL_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A passkey's answer of the right form to a challenge that nobody gave out. */
const MADE_UP_PASSKEY = {
  id: "AAAA",
  rawId: "AAAA",
  type: "public-key",
  clientExtensionResults: {},
  response: { clientDataJSON: "AAAA", attestationObject: "AAAA" },
};

/** The policy of whoever asks, sent back as it is. */
async function policy(facts: Facts, caller: CallerKind): Promise<unknown> {
  const companyId = caller === "foreignAdministrator" ? facts.foreignCompanyId : facts.companyId;
  const {
    companyId: _,
    updatedAt,
    ...fields
  } = await facts.server.db.companyPolicy.findUniqueOrThrow({
    where: { companyId },
  });
  return { fields, updatedAt };
}

const password = () => ({ currentPassword: PASSWORD });
/** A link's secret of the right form that nobody was given. */
const madeUpSecret = () => ({ secret: "x".repeat(43) });
const everybody = (outcome: Outcome) =>
  Object.fromEntries(callerKinds.map((kind) => [kind, outcome])) as Record<CallerKind, Outcome>;
const signedInAccounts = [
  "operator",
  "supervisor",
  "administrator",
  "foreignAdministrator",
  "incomplete",
  "provider",
] as const;
/** What everybody with an account gets who asks for something that the own account has not. */
const accounts = (outcome: Outcome, except: Partial<Record<CallerKind, Outcome>> = {}) => ({
  ...Object.fromEntries(signedInAccounts.map((kind) => [kind, outcome])),
  ...except,
});

/** Nobody here has a second factor, so there is none to change; whoever still has to set one up cannot do that yet. */
const notEnrolled = accounts("NOT_FOUND", { incomplete: "SIGN_IN_INCOMPLETE" });

const company = async (facts: Facts) => ({ companyId: facts.companyId });
const plan = {
  seats: 20,
  maxSimultaneousSessions: 20,
  features: { control: true, files: true, clipboard: true, recording: true },
};
const person = () => ({ name: "Somebody new", code: `n-${newId()}`, email: "new@example.com", locale: "en" });
/** What a company pays for, as the provider's page would have read it. */
const contract = async (facts: Facts) => {
  const stored = await facts.server.db.company.findUniqueOrThrow({ where: { id: facts.companyId } });
  return { name: stored.name, region: stored.region, plan: planOf(stored) };
};
const otherProvider = async (facts: Facts) => ({ providerAccountId: await facts.otherProvider() });
const invitedProvider = async (facts: Facts) => {
  const providerAccountId = await facts.otherProvider();
  await facts.server.db.providerAccount.update({
    where: { id: providerAccountId },
    data: { passwordHash: null },
  });
  return { providerAccountId };
};

/** The rows, in the order of the routers. */
export const rows: Readonly<Record<string, Row>> = {
  "account.overview": row("account", nothing),
  "account.signIns": row("completeAccount", nothing),
  "account.revokeSignIn": row(
    "completeAccount",
    (facts) => ({ signInId: facts.people.operator.signInId }),
    accounts("NOT_FOUND", { operator: "ok", incomplete: "SIGN_IN_INCOMPLETE" }),
  ),
  "account.revokeOtherSignIns": row("completeAccount", nothing),
  "account.changePassword": row("completeAccount", () => ({ ...password(), newPassword: "Quite-another1" })),
  "account.setProfile": row("completeAccount", () => ({
    name: "Renamed",
    email: "somebody@example.com",
    locale: "ja",
  })),
  "account.beginTotp": row("account", password),
  "account.confirmTotp": row("account", () => ({ code: "000000" }), accounts("SECOND_FACTOR_FAILED")),
  "account.removeTotp": row("account", password, notEnrolled),
  "account.newRecoveryCodes": row("account", password, notEnrolled),
  "account.beginPasskey": row("account", password),
  "account.addPasskey": row(
    "account",
    () => ({ name: "Key", response: MADE_UP_PASSKEY }),
    accounts("PASSKEY_FAILED"),
  ),
  "account.renamePasskey": row("account", () => ({ passkeyId: newId(), name: "Key" }), notEnrolled),
  "account.removePasskey": row("account", () => ({ passkeyId: newId(), ...password() }), notEnrolled),
  "account.passkeyChallenge": row("public", () => ({ pending: false })),
  "account.forgotPassword": row("public", () => ({ companyCode: "nobody", code: "nobody" })),
  "account.readLink": row("public", madeUpSecret, everybody("LINK_INVALID")),
  "account.redeemLink": row(
    "public",
    () => ({ ...madeUpSecret(), newPassword: "Quite-another1" }),
    everybody("LINK_INVALID"),
  ),

  "audit.list": row("administrator", nothing),
  "audit.actors": row("administrator", nothing),
  "audit.listProvider": row("provider", nothing),
  "audit.providerActors": row("provider", nothing),

  "companyExport.read": row("public", madeUpSecret, everybody("LINK_INVALID")),

  "console.watch": row("operator"),

  "customer.current": row("public"),
  "customer.watch": row("public"),
  "customer.cancel": customerRow(async ({ session: make }) => (await make("waiting")) && {}, "NOT_FOUND"),
  "customer.decline": customerRow(async ({ session: make }) => (await make("accepted")) && {}, "NOT_FOUND"),
  "customer.agree": customerRow(async ({ session: make }) => (await make("live")) && { device }, "NOT_FOUND"),
  "customer.rejoin": customerRow(async ({ session: make }) => (await make("live")) && {}, "NOT_FOUND"),
  "customer.stop": customerRow(async ({ session: make }) => (await make("live")) && {}, "NOT_FOUND"),
  "customer.answerSurvey": customerRow(
    async ({ session: make }) => (await make("ended")) && { answer: "solved" },
    "NOT_FOUND",
  ),

  "log.list": row("operator", nothing),
  "log.options": row("operator", () => ({ scope: "own" })),
  "log.get": row("operator", session("ended"), notTheirs),
  "log.saveNote": row("operator", session("ended", { note: "A note", category: null }), notTheirs),
  "log.erase": row("administrator", session("ended"), notTheirs),

  "operators.list": row("administrator", nothing),
  "operators.get": row("administrator", colleague, notTheirs),
  "operators.seats": row("administrator", nothing),
  "operators.create": row("administrator", () => ({
    code: `n-${newId()}`,
    name: "Somebody new",
    role: "operator",
    email: null,
    locale: "en",
    password: null,
  })),
  "operators.invite": row("administrator", () => ({
    code: `n-${newId()}`,
    name: "Somebody new",
    role: "operator",
    email: "new@example.com",
    locale: "en",
  })),
  "operators.resendInvitation": row(
    "administrator",
    async (facts) => {
      const operatorId = await facts.colleague();
      await facts.server.db.operator.update({ where: { id: operatorId }, data: { passwordHash: null } });
      return { operatorId };
    },
    notTheirs,
  ),
  "operators.update": row(
    "administrator",
    async (facts) => ({
      operatorId: await facts.colleague(),
      name: "Renamed",
      code: `r-${newId()}`,
      email: null,
      locale: "ja",
      role: "supervisor",
    }),
    notTheirs,
  ),
  "operators.disable": row("administrator", colleague, notTheirs),
  "operators.enable": row("administrator", colleague, notTheirs),
  "operators.delete": row("administrator", colleague, notTheirs),
  "operators.unlock": row("administrator", colleague, notTheirs),
  "operators.resetPassword": row("administrator", colleague, notTheirs),
  "operators.resetMfa": row("administrator", colleague, notTheirs),
  "operators.previewImport": row("administrator", newcomers),
  "operators.import": row("administrator", newcomers),

  "policies.get": row("administrator", nothing),
  "policies.set": row("administrator", policy),
  "policies.setLogo": row("administrator", () => ({ content: ONE_PIXEL_PNG })),
  "policies.removeLogo": row("administrator", nothing),

  "provider.overview": row("provider", () => ({ timeZone: "Asia/Tokyo" })),
  "provider.relays": row("provider", nothing),
  "provider.companies.list": row("provider", nothing),
  "provider.companies.get": row("provider", company),
  "provider.companies.suggestCode": row("provider", () => ({ name: "A company" })),
  "provider.companies.create": row("provider", () => ({
    code: `c-${newId().slice(-12)}`,
    name: "A new company",
    region: "default",
    plan,
    administrator: person(),
  })),
  "provider.companies.update": row("provider", async (facts) => ({
    ...(await company(facts)),
    name: "A renamed company",
    region: "default",
    plan,
    seen: await contract(facts),
  })),
  "provider.companies.inviteAdministrator": row("provider", async (facts) => {
    // Only while no administrator of the company has ever come in.
    await facts.server.db.operator.updateMany({
      where: { companyId: facts.companyId },
      data: { passwordHash: null },
    });
    return { ...(await company(facts)), email: "new@example.com" };
  }),
  "provider.companies.suspend": row("provider", async (facts) => ({
    ...(await company(facts)),
    reason: "Unpaid",
  })),
  "provider.companies.resume": row("provider", company),
  "provider.companies.close": row("provider", async (facts) => ({
    ...(await company(facts)),
    confirmation: `c-${facts.companyId}`,
    deleteAfterDays: 30,
  })),
  "provider.companies.sendExportAgain": row("provider", async (facts) => {
    const now = facts.server.now();
    const companyId = await facts.otherCompany();
    await facts.server.db.company.update({
      where: { id: companyId },
      data: { closedAt: now, deleteAfter: new Date(now.getTime() + 60_000) },
    });
    return { companyId };
  }),
  "provider.accounts.list": row("provider", nothing),
  "provider.accounts.invite": row("provider", person),
  "provider.accounts.resendInvitation": row("provider", invitedProvider),
  "provider.accounts.update": row("provider", async (facts) => ({
    ...(await otherProvider(facts)),
    name: "Renamed",
    email: null,
    locale: "ja",
  })),
  "provider.accounts.disable": row("provider", otherProvider),
  "provider.accounts.enable": row("provider", otherProvider),
  "provider.accounts.resetPassword": row("provider", otherProvider),
  "provider.accounts.resetMfa": row("provider", otherProvider),

  "reception.issue": row("operator", nothing),
  "reception.cancel": row(
    "operator",
    async ({ reception }) => ({ receptionId: await reception("live") }),
    ownersAlone,
  ),
  "reception.redeem": row("public", async ({ number }) => ({ number: await number(), device })),

  "relay.heartbeat": row("relay", () => ({
    relayId: "relay-1",
    region: "default",
    version: "0.1.0",
    protocolVersion: SIGNALLING_PROTOCOL_VERSION,
    publicUrl: "wss://relay.example:443",
    commandUrl: "http://127.0.0.1:9",
    state: "ready",
    workers: 1,
    load: 0,
    sessions: [],
  })),
  "relay.report": row("relay", async (facts) => ({
    relayId: "relay-1",
    event: {
      type: "permissions_changed",
      sessionId: await facts.session("live"),
      permissions: CONSENTED_PERMISSIONS,
      at: facts.server.now().toISOString(),
    },
  })),

  "reports.read": row("supervisor", ({ server }) => ({
    from: new Date(server.now().getTime() - 86_400_000),
    to: server.now(),
    timeZone: "Asia/Tokyo",
  })),

  "session.accept": row("operator", session("waiting"), ownersAlone),
  "session.decline": row("operator", session("waiting"), ownersAlone),
  "session.watch": row("operator", session("live"), ownersAlone),
  "session.join": row("operator", session("live"), ownersAlone),
  "session.end": row("operator", session("live"), ownersAlone),
  "session.pairTool": customerRow(
    async ({ session: make }) => (await make("live")) && { sharesDevice: false },
    "NOT_FOUND",
  ),
  "session.reportQuality": row(
    "operator",
    session("live", { rttMs: 1, lossRatio: 0, framesPerSecond: 30, bitrateBps: 1_000 }),
    ownersAlone,
  ),

  "connectivity.begin": row("public", async ({ relay }) => {
    await relay();
    return {};
  }),
  "status.get": row("public"),
  "supervision.watchLive": row("supervisor"),
  "supervision.watch": row("supervisor", session("live"), notTheirs),
  "supervision.observe": row("supervisor", session("live"), notTheirs),
  "supervision.end": row("supervisor", session("live"), notTheirs),

  "viewer.me": row("public"),
  "viewer.signInOptions": row("public"),
};
