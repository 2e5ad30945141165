import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { joinClaimsSchema } from "@/protocol/join-token";
import { createWorld, device, type TestOperator, type World } from "./testing/world";
import { watchConsole } from "./watch-console";

const everything = { view: true, pointer: true, control: true, clipboard: true, file: true };

let world: World;
let operator: TestOperator;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  await world.heartbeat();
  operator = await world.createOperator(await world.createCompany());
});
afterEach(() => world.db.supportSession.deleteMany());
afterAll(() => world.close());

const phaseOf = async (id: string) =>
  (await world.db.supportSession.findUniqueOrThrow({ where: { id } })).phase;
const setPolicy = (policy: {
  autoAccept?: boolean;
  consentText?: string;
  displayName?: string;
  allowFiles?: boolean;
}) => world.db.companyPolicy.create({ data: { companyId: operator.companyId, ...policy } });

describe("what the customer sees of the company", () => {
  const consentText = '<b onload="x">We note</b>\nyour screen size.';

  test("is its own words, name and logo, from the acceptance on and not before", async () => {
    await setPolicy({ consentText, displayName: "<i>Help desk</i>" });
    const updatedAt = world.now();
    await world.db.companyLogo.create({
      data: {
        companyId: operator.companyId,
        content: new Uint8Array([1]),
        mediaType: "image/png",
        updatedAt,
      },
    });
    const customer = await world.waiting(operator);
    const waiting = await customer.caller.customer.current();
    expect(Object.keys(waiting ?? {}).sort()).toEqual(["phase", "sessionId", "since"]);
    await operator.caller.session.accept({ sessionId: customer.sessionId });
    const logoUrl = `/logo/${operator.companyId}?v=${updatedAt.getTime()}`;
    expect(await customer.caller.customer.current()).toMatchObject({
      phase: "accepted",
      companyName: "<i>Help desk</i>",
      consentText,
      logoUrl,
    });
    await customer.caller.customer.agree({ device });
    expect(await customer.caller.customer.current()).toMatchObject({ phase: "live", logoUrl });
  });

  test("is the company's name where the policy says nothing", async () => {
    const { caller } = await world.accepted(operator);
    expect(await caller.customer.current()).toMatchObject({
      companyName: "A company",
      consentText: "",
      logoUrl: null,
    });
  });
});

describe("accepting by itself", () => {
  /** The operator's console, open in a browser. */
  function openConsole() {
    const stop = new AbortController();
    const done = (async () => {
      for await (const _snapshot of watchConsole(operator.context, stop.signal)) {
        // What it shows does not matter here.
      }
    })();
    return async () => {
      stop.abort();
      await done;
    };
  }

  test("happens while the operator's console is open, and is audited as automatic", async () => {
    await setPolicy({ autoAccept: true });
    const { sessionId } = await world.waiting(operator);
    expect(await phaseOf(sessionId)).toBe("waiting");
    const closeConsole = openConsole();
    await expect.poll(() => phaseOf(sessionId), { timeout: 5_000 }).toBe("accepted");
    const later = await world.waiting(operator);
    await expect.poll(() => phaseOf(later.sessionId), { timeout: 5_000 }).toBe("accepted");
    await closeConsole();
    const events = await world.db.auditEvent.findMany({
      where: { action: "session.accepted", companyId: operator.companyId },
    });
    expect(events.map(({ actor, detail }) => ({ actor, detail }))).toEqual(
      [1, 2].map(() => ({ actor: `operator:${operator.id}`, detail: { automatic: true } })),
    );
    const afterwards = await world.waiting(operator);
    expect(await phaseOf(afterwards.sessionId)).toBe("waiting");
  });

  test("does not happen where the policy does not say so", async () => {
    await setPolicy({ autoAccept: false });
    const closeConsole = openConsole();
    const { sessionId, caller } = await world.waiting(operator);
    await operator.caller.reception.issue({});
    await closeConsole();
    expect(await phaseOf(sessionId)).toBe("waiting");
    await caller.customer.cancel({});
  });

  test("leaves waiting whom the plan has no room for", async () => {
    await setPolicy({ autoAccept: true });
    await world.db.company.update({
      where: { id: operator.companyId },
      data: { maxSimultaneousSessions: 1 },
    });
    const first = await world.waiting(operator);
    const closeConsole = openConsole();
    await expect.poll(() => phaseOf(first.sessionId), { timeout: 5_000 }).toBe("accepted");
    const second = await world.waiting(operator);
    await operator.caller.session.end({ sessionId: first.sessionId });
    await expect.poll(() => phaseOf(second.sessionId), { timeout: 5_000 }).toBe("accepted");
    await closeConsole();
  });
});

describe("what can be granted", () => {
  const claims = (token: string) => joinClaimsSchema.parse(decodeJwt(token));

  test("is what plan and policy both have, in both tokens and both views", async () => {
    await setPolicy({ allowFiles: false });
    await world.db.company.update({ where: { id: operator.companyId }, data: { planControl: false } });
    const grantable = { ...everything, control: false, file: false };
    const { sessionId, caller, assignment } = await world.live(operator);
    expect(claims(assignment.token).grantable).toEqual(grantable);
    expect(claims((await operator.caller.session.join({ sessionId })).token).grantable).toEqual(grantable);
    expect(await caller.customer.current()).toMatchObject({ grantable });
  });

  test("what was granted before the plan changed is not in the next token", async () => {
    const { sessionId } = await world.live(operator);
    await world.db.supportSession.update({ where: { id: sessionId }, data: { permissions: everything } });
    expect(claims((await operator.caller.session.join({ sessionId })).token).permissions).toEqual(everything);
    await world.db.company.update({ where: { id: operator.companyId }, data: { planControl: false } });
    expect(claims((await operator.caller.session.join({ sessionId })).token).permissions).toEqual({
      ...everything,
      control: false,
    });
  });
});
