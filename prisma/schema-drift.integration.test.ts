import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createTestDatabase } from "@/server/testing/database";

/**
 * The migrations must make exactly what schema.prisma says. Prisma compares the two with its schema engine, a binary that
 * is not always to be had; here Prisma itself reads the schema (`prisma generate` with a generator that only writes down what it
 * is given), PostgreSQL describes what the migrations made, and both are written as lines in the same words.
 */

/** What the migrations add on purpose, since a Prisma schema cannot express it. */
const BEYOND_THE_SCHEMA = [
  "index audit_event_company_id_group_at_id_idx on audit_event (company_id, split_part(action, '.'::text, 1), at DESC, id DESC)",
  "unique index operator_company_id_code_key on operator (company_id, code)",
  "unique index reception_number_live_number_hash_key on reception_number (number_hash)",
];
/** `prisma generate` is a process of its own that loads some megabytes of WebAssembly. */
const SETUP_TIMEOUT_MS = 60_000;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;
let wanted: string[];

beforeAll(async () => {
  wanted = describeSchema(await readSchema());
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, SETUP_TIMEOUT_MS);

afterAll(async () => {
  await client.end();
  await database.drop();
});

test("the migrations make what the schema says", async () => {
  const made = await describeDatabase(client);
  expect(wanted.length).toBeGreaterThan(100);
  expect(made.filter((line) => !BEYOND_THE_SCHEMA.includes(line))).toEqual(wanted);
  expect(made).toEqual(expect.arrayContaining(BEYOND_THE_SCHEMA));
});

test("a change that no migration makes is seen", async () => {
  const changes = [
    "ALTER TABLE relay ADD COLUMN extra TEXT",
    "ALTER TABLE company ALTER COLUMN region DROP DEFAULT",
    "ALTER TABLE operator ALTER COLUMN name DROP NOT NULL",
    "ALTER TABLE company ALTER COLUMN created_at TYPE TIMESTAMPTZ(6)",
    "ALTER TYPE relay_state ADD VALUE 'lost'",
    "DROP INDEX sign_in_expires_at_idx",
    "ALTER TABLE sign_in DROP CONSTRAINT sign_in_operator_id_fkey",
    "CREATE TABLE extra (id INTEGER)",
  ];
  for (const change of changes) {
    await client.query("BEGIN");
    await client.query(change);
    const made = await describeDatabase(client);
    await client.query("ROLLBACK");
    expect(
      made.filter((line) => !BEYOND_THE_SCHEMA.includes(line)),
      change,
    ).not.toEqual(wanted);
  }
});

const fieldSchema = z.object({
  name: z.string(),
  dbName: z.string().nullish(),
  kind: z.enum(["scalar", "enum", "object"]),
  isList: z.boolean(),
  isRequired: z.boolean(),
  type: z.string(),
  nativeType: z.tuple([z.string(), z.array(z.string())]).nullish(),
  default: z.unknown().optional(),
  relationFromFields: z.array(z.string()).optional(),
  relationToFields: z.array(z.string()).optional(),
  relationOnDelete: z.string().optional(),
  relationOnUpdate: z.string().optional(),
});
type Field = z.infer<typeof fieldSchema>;

const datamodelSchema = z.object({
  enums: z.array(
    z.object({
      name: z.string(),
      dbName: z.string().nullish(),
      values: z.array(z.object({ name: z.string(), dbName: z.string().nullish() })),
    }),
  ),
  models: z.array(z.object({ name: z.string(), dbName: z.string().nullish(), fields: z.array(fieldSchema) })),
  indexes: z.array(
    z.object({
      model: z.string(),
      type: z.enum(["id", "unique", "normal"]),
      dbName: z.string().nullish(),
      fields: z.array(z.object({ name: z.string(), sortOrder: z.enum(["asc", "desc"]).optional() })),
    }),
  ),
});
type Datamodel = z.infer<typeof datamodelSchema>;

/** A Prisma generator that keeps the parsed schema: JSON-RPC, a line each, requests on stdin and answers on stderr. */
const GENERATOR = `
import { createInterface } from "node:readline";
import { writeFileSync } from "node:fs";
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "generate") writeFileSync(process.env.DATAMODEL_FILE, JSON.stringify(params.dmmf.datamodel));
  const result = method === "getManifest" ? { manifest: { prettyName: "Datamodel", defaultOutput: "." } } : null;
  process.stderr.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
});
`;

async function readSchema(): Promise<Datamodel> {
  const folder = await mkdtemp(path.join(tmpdir(), "madoguchi-schema-"));
  try {
    const schema = await readFile("prisma/schema.prisma", "utf8");
    const generator = path.join(folder, "generator.mjs");
    const datamodelFile = path.join(folder, "datamodel.json");
    await writeFile(generator, GENERATOR);
    await writeFile(
      path.join(folder, "schema.prisma"),
      schema.replace(
        /generator client \{[^}]*\}/,
        `generator datamodel {\n  provider = "node ${generator}"\n}`,
      ),
    );
    await promisify(execFile)(
      process.execPath,
      [path.resolve("node_modules/prisma/build/index.js"), "generate", "--schema", "schema.prisma"],
      {
        cwd: folder,
        env: {
          ...process.env,
          DATAMODEL_FILE: datamodelFile,
          // Never run for this, but looked for: the name of any file will do.
          PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
          CHECKPOINT_DISABLE: "1",
        },
      },
    );
    return datamodelSchema.parse(JSON.parse(await readFile(datamodelFile, "utf8")));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The schema as lines, with the names that Prisma gives by default. */
function describeSchema({ enums, models, indexes }: Datamodel): string[] {
  const enumNames = new Map(enums.map(({ name, dbName }) => [name, dbName ?? name]));
  const tables = new Map(models.map((model) => [model.name, model]));
  const tableOf = (model: string) => tables.get(model)?.dbName ?? model;
  const columnsOf = (model: string, fields: readonly string[]) =>
    fields.map((name) => {
      const field = tables.get(model)?.fields.find((one) => one.name === name);
      return field?.dbName ?? name;
    });

  const lines = enums.map(
    ({ name, values }) =>
      `enum ${enumNames.get(name)}: ${values.map((value) => value.dbName ?? value.name).join(", ")}`,
  );
  for (const model of models) {
    const table = tableOf(model.name);
    lines.push(`table ${table}`);
    for (const field of model.fields) {
      if (field.kind !== "object") {
        const type = enumNames.get(field.type) ?? sqlType(field);
        const rest = [field.isRequired ? " not null" : "", sqlDefault(field, type, table)];
        lines.push(`column ${table}.${field.dbName ?? field.name}: ${type}${rest.join("")}`);
      } else if (field.relationFromFields?.length) {
        const from = columnsOf(model.name, field.relationFromFields);
        const to = columnsOf(field.type, field.relationToFields ?? []);
        const onDelete = field.relationOnDelete ?? (field.isRequired ? "Restrict" : "SetNull");
        const onUpdate = field.relationOnUpdate ?? "Cascade";
        lines.push(
          `foreign key ${table}_${from.join("_")}_fkey on ${table} (${from.join(", ")}) to ${tableOf(field.type)} (${to.join(", ")}) on delete ${onDelete} on update ${onUpdate}`,
        );
      }
    }
  }
  for (const { model, type, dbName, fields } of indexes) {
    const table = tableOf(model);
    const columns = columnsOf(
      model,
      fields.map(({ name }) => name),
    );
    const ordered = columns.map((column, at) =>
      fields[at]?.sortOrder === "desc" ? `${column} DESC` : column,
    );
    const kind = { id: "primary key", unique: "unique index", normal: "index" }[type];
    const suffix = { id: "pkey", unique: "key", normal: "idx" }[type];
    const name = dbName ?? (type === "id" ? `${table}_pkey` : `${table}_${columns.join("_")}_${suffix}`);
    lines.push(`${kind} ${name} on ${table} (${ordered.join(", ")})`);
  }
  return lines.sort();
}

/** https://www.prisma.io/docs/orm/core-concepts/supported-databases/postgresql#type-mappings */
function sqlType({ isList, ...element }: Field): string {
  if (isList) return `${sqlType({ ...element, isList: false })}[]`;
  const { type, nativeType } = element;
  const [native, args] = nativeType ?? [type, []];
  switch (native) {
    case "String":
      return "text";
    case "Boolean":
      return "boolean";
    case "Int":
      return "integer";
    case "BigInt":
      return "bigint";
    case "Float":
      return "double precision";
    case "Json":
      return "jsonb";
    case "Bytes":
      return "bytea";
    case "Uuid":
      return "uuid";
    case "Timestamptz":
      return `timestamp(${args[0]}) with time zone`;
    default:
      throw new Error(`The type ${native}: teach this test about it.`);
  }
}

const functionDefaultSchema = z.object({ name: z.enum(["now", "autoincrement"]) });

function sqlDefault(field: Field, type: string, table: string): string {
  if (field.default === undefined) return "";
  const call = functionDefaultSchema.safeParse(field.default);
  if (call.success) {
    return call.data.name === "now"
      ? " default CURRENT_TIMESTAMP"
      : ` default nextval('${table}_${field.dbName ?? field.name}_seq'::regclass)`;
  }
  if (Array.isArray(field.default)) {
    if (field.default.length > 0) throw new Error("A list that is not empty: teach this test about it.");
    return ` default ARRAY[]::${type}`;
  }
  const quoted = field.kind === "enum" || field.type === "String" || field.type === "Json";
  return ` default ${quoted ? `'${String(field.default)}'::${type}` : String(field.default)}`;
}

/** What is in the database, as lines. Prisma's own table of migrations is none of the schema's. */
async function describeDatabase(connection: pg.Client): Promise<string[]> {
  const { rows } = await connection.query<{ line: string }>(`
    WITH tables AS (
      SELECT c.oid, c.relname AS name FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
    ),
    actions(code, name) AS (VALUES ('a', 'NoAction'), ('r', 'Restrict'), ('c', 'Cascade'), ('n', 'SetNull'), ('d', 'SetDefault'))
    SELECT 'enum ' || t.typname || ': ' || string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) AS line
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
    WHERE t.typnamespace = 'public'::regnamespace GROUP BY t.typname
    UNION ALL
    SELECT 'table ' || name FROM tables
    UNION ALL
    SELECT 'column ' || t.name || '.' || a.attname || ': ' || format_type(a.atttypid, a.atttypmod)
      || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
      || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT CASE WHEN i.indisprimary THEN 'primary key ' WHEN i.indisunique THEN 'unique index ' ELSE 'index ' END
      || c.relname || ' on ' || t.name || ' (' || (
        SELECT string_agg(
          pg_get_indexdef(i.indexrelid, k, true)
            || CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' DESC' ELSE '' END, ', ' ORDER BY k)
        FROM generate_series(1, i.indnatts) k) || ')'
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid = i.indexrelid
    UNION ALL
    SELECT 'foreign key ' || f.conname || ' on ' || t.name || ' ('
      || (SELECT string_agg(a.attname, ', ' ORDER BY k.at) FROM unnest(f.conkey) WITH ORDINALITY k(num, at)
          JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.num)
      || ') to ' || r.relname || ' ('
      || (SELECT string_agg(a.attname, ', ' ORDER BY k.at) FROM unnest(f.confkey) WITH ORDINALITY k(num, at)
          JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.num)
      || ') on delete ' || d.name || ' on update ' || u.name
    FROM tables t JOIN pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'
    JOIN pg_class r ON r.oid = f.confrelid
    JOIN actions d ON d.code = f.confdeltype JOIN actions u ON u.code = f.confupdtype`);
  return rows.map(({ line }) => line).sort();
}
