import type { ServerParts } from "@/server/api/context";
import type { TestOperator, World } from "../../support-sessions/testing/world";

/** What the tests of a company's accounts are told with. */
export function offices(world: () => World) {
  let counter = 0;
  const stored = (id: string) => world().db.operator.findUniqueOrThrow({ where: { id } });
  return {
    /** A company of its own with an administrator. */
    async office(seats = 50) {
      const companyId = await world().createCompany();
      await world().db.company.update({ where: { id: companyId }, data: { seats } });
      return { companyId, admin: await world().createOperator(companyId, "administrator") };
    },
    /** Somebody who can be invited, whose ID no one else has. */
    person(differs: Partial<{ role: "administrator" | "supervisor" | "operator"; code: string }> = {}) {
      counter += 1;
      return {
        name: `Person ${counter}`,
        code: `person-${counter}`,
        role: "operator" as const,
        locale: "en" as const,
        email: `person-${counter}@example.com`,
        ...differs,
      };
    },
    /** The same browser with a new request: who is signed in is looked up once a request. */
    again: (operator: TestOperator, server?: ServerParts) =>
      world().call({ cookie: operator.cookie }, server).caller,
    stored,
    /** An account's fields as the form sends them. */
    async fieldsOf(id: string) {
      const { code, name, email, role, locale } = await stored(id);
      return {
        operatorId: id,
        code,
        name,
        email,
        role,
        locale: locale === "ja" ? ("ja" as const) : ("en" as const),
      };
    },
    lastEvent: (subject: string) =>
      world().db.auditEvent.findFirstOrThrow({ where: { subject }, orderBy: { id: "desc" } }),
  };
}
