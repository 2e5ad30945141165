import superjson from "superjson";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { appRouter } from "./root";
import { type CallerKind, callerKinds, createFacts } from "./testing/permissions/callers";
import type { Outcome, Row } from "./testing/permissions/row";
import { rows } from "./testing/permissions/rows";
import { createTestServer, type TestServer } from "./testing/test-server";

/**
 * Who may call what: every procedure of the router, as every kind of caller, over HTTP as a browser or a relay would. A procedure
 * without a row fails, so that nobody adds one without saying who may call it; what was seen is written down beside this
 * file as a table to read.
 */

/** A procedure is a function that carries its description. */
const procedureSchema = z.custom<{ readonly _def: { readonly type: "query" | "mutation" | "subscription" } }>(
  (value) => typeof value === "function" && "_def" in value,
);
const answerSchema = z.object({
  error: z.object({ json: z.object({ data: z.object({ appCode: z.custom<Outcome>() }) }) }).optional(),
});

const TABLE = "./permission-table.md";
const procedures = Object.entries(appRouter._def.procedures)
  .map(([path, procedure]) => ({ path, type: procedureSchema.parse(procedure)._def.type }))
  .sort((a, b) => (a.path < b.path ? -1 : 1));

let server: TestServer;
const seen = new Map<string, Map<CallerKind, Outcome>>();

beforeAll(async () => {
  // An address for e-mail, which nobody fetches here: without one, invitations would be refused to everybody.
  server = await createTestServer({ SMTP_URL: "smtp://127.0.0.1:9" });
});
afterAll(() => server.close());

test("every procedure has a row, and every row a procedure", () => {
  expect(Object.keys(rows).sort()).toEqual(procedures.map(({ path }) => path));
});

describe.each(procedures)("$path", ({ path, type }) => {
  test("each caller is let in or refused as the table says", async () => {
    const wanted: Row | undefined = rows[path];
    if (!wanted) throw new Error(`${path} has no row in testing/permissions/rows.ts: say who may call it.`);
    const outcomes = new Map<CallerKind, Outcome>();
    for (const caller of callerKinds) outcomes.set(caller, await callAs(caller, path, type, wanted));
    seen.set(path, outcomes);
    const differences = callerKinds
      .filter((caller) => outcomes.get(caller) !== wanted.outcomes[caller])
      .map((caller) => `${caller}: ${outcomes.get(caller)}, not ${wanted.outcomes[caller]}`);
    expect(differences).toEqual([]);
  }, 30_000);
});

test("the table to read is up to date", async () => {
  const lines = [
    "# Who may call what",
    "",
    "Seen by calling: every procedure of the API as every kind of caller. `ok`, or the code of the refusal. Written by",
    "`permission-table.integration.test.ts` (`npx vitest run --project integration -u permission-table`).",
    "",
    `| Procedure | ${callerKinds.join(" | ")} |`,
    `|---|${"---|".repeat(callerKinds.length)}`,
    ...procedures.map(({ path }) => {
      const cells = callerKinds.map((kind) => seen.get(path)?.get(kind) ?? "?");
      return `| \`${path}\` | ${cells.join(" | ")} |`;
    }),
    "",
  ];
  await expect(lines.join("\n")).toMatchFileSnapshot(TABLE);
});

/** Every cell has facts of its own: what one call changes or uses up does not decide what the next one gets. */
async function callAs(caller: CallerKind, path: string, type: string, { input }: Row): Promise<Outcome> {
  const facts = await createFacts(server, caller);
  await server.db.rateLimit.deleteMany();
  const json = superjson.serialize(await input?.(facts, caller));
  const headers = { origin: server.env.PUBLIC_URL.origin, ...facts.headers };
  const gone = new AbortController();
  const response =
    type === "mutation"
      ? await server.fetch(`/api/trpc/${path}`, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: JSON.stringify(json),
        })
      : await server.fetch(`/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(json))}`, {
          headers,
          signal: gone.signal,
        });
  if (type === "subscription" && response.headers.get("content-type")?.startsWith("text/event-stream")) {
    return firstEvent(response, gone);
  }
  const { error } = answerSchema.parse(await response.json());
  return error?.json.data.appCode ?? "ok";
}

/** A stream that is open has let the caller in, unless the first thing it says is a refusal. */
async function firstEvent(response: Response, gone: AbortController): Promise<Outcome> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const refused = /"appCode":"([A-Z_]+)"/.exec(text)?.[1];
    if (refused !== undefined || /\ndata: |^data: /.test(text.replace(/^event: connected\ndata: .*\n/, ""))) {
      gone.abort();
      return (refused ?? "ok") as Outcome;
    }
  }
  throw new Error("The stream ended before it said anything.");
}
