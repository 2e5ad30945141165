import type { Locale } from "@/i18n/locales";
import { messages } from "@/i18n/messages";
import { CSV_BOM, csvRow } from "@/lib/csv";
import type { ListOperatorsInput } from "@/protocol/operator-accounts";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { listOperators } from "./list-operators";

const ROWS_AT_ONCE = 200;

/**
 * The company's accounts as a CSV file, piece by piece, so that the memory that it takes does not grow with them. The
 * columns are those that an import reads, and the state and the last sign-in, which it passes over.
 */
export async function* exportOperators(
  ctx: ServiceContext<OperatorActor>,
  filter: Pick<ListOperatorsInput, "text" | "role" | "state">,
  locale: Locale,
): AsyncGenerator<string, void, undefined> {
  const { csv, roles, languages, states } = messages[locale].operators;
  await recordAuditEvent(ctx.db, ctx, {
    action: "operator.exported",
    subject: `company:${ctx.actor.companyId}`,
    companyId: ctx.actor.companyId,
    detail: { filter: { role: filter.role ?? null, state: filter.state ?? null, text: filter.text ?? null } },
  });
  const { id, name, email, role, language, state, lastSignIn } = csv;
  yield CSV_BOM + csvRow([id, name, email, role, language, state, lastSignIn]);
  let cursor: string | undefined;
  do {
    const page = await listOperators(ctx, {
      ...filter,
      cursor,
      sort: "code",
      descending: false,
      limit: ROWS_AT_ONCE,
    });
    yield page.rows
      .map((row) =>
        csvRow([
          row.code,
          row.name,
          row.email,
          roles[row.role],
          languages[row.locale],
          states[row.state],
          row.lastSignInAt?.toISOString() ?? null,
        ]),
      )
      .join("");
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
