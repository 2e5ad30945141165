import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorld, type World } from "@/server/domain/support-sessions/testing/world";
import { answerOperatorsExport } from "./operators-export";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function ask(cookie: string | null, query = ""): Promise<Response> {
  const url = `${world.env.PUBLIC_URL.origin}/admin/operators/export${query}`;
  const request = new Request(url, { headers: cookie === null ? {} : { cookie } });
  return answerOperatorsExport(request, "ja", "オペレーター.csv", world.parts);
}

test("an administrator gets the own company's accounts as a file, narrowed down as asked", async () => {
  const companyId = await world.createCompany();
  const admin = await world.createOperator(companyId, "administrator");
  const { id } = await world.createOperator(companyId);
  const stranger = await world.createOperator(await world.createCompany());
  const answer = await ask(admin.cookie);
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("content-disposition")).toContain("filename*=UTF-8''%E3%82%AA");
  const csv = await answer.text();
  expect(csv).toContain(`o-${id},`);
  expect(csv).not.toContain(stranger.id);
  expect((await (await ask(admin.cookie, "?role=operator")).text()).trim().split("\r\n")).toHaveLength(2);
});

test("more accounts than one page holds are all in it, once", async () => {
  const companyId = await world.createCompany();
  const admin = await world.createOperator(companyId, "administrator");
  await world.db.operator.createMany({
    data: Array.from({ length: 450 }, (_, index) => ({
      id: crypto.randomUUID(),
      companyId,
      code: `p${index}`,
      name: "Same name",
    })),
  });
  const rows = (await (await ask(admin.cookie)).text()).trim().split("\r\n").slice(1);
  expect(rows).toHaveLength(451);
  expect(new Set(rows).size).toBe(451);
});

test("nobody else gets anything", async () => {
  const companyId = await world.createCompany();
  expect((await ask(null)).status).toBe(401);
  for (const role of ["operator", "supervisor"] as const) {
    const { cookie } = await world.createOperator(companyId, role);
    expect((await ask(cookie)).status).toBe(403);
  }
  const admin = await world.createOperator(companyId, "administrator");
  expect((await ask(admin.cookie, "?role=root")).status).toBe(400);
  expect((await ask(admin.cookie, "?companyId=x")).status).toBe(400);
  expect(await world.db.auditEvent.count({ where: { companyId, action: "operator.exported" } })).toBe(0);
});
