// What the API is measured against: nothing but Node's own HTTP server, in a process of its own. With a database address
// as its argument it reads one row for each answer, as the API does.
import { createServer } from "node:http";
import pg from "pg";

const ANSWER = { result: { data: { json: { kind: "operator", operatorName: "Operator 1" } } } };
const READ = "SELECT id, name, code, created_at FROM company WHERE code = 'demo'";
const pool = process.argv[2] ? new pg.Pool({ connectionString: process.argv[2], max: 10 }) : null;

const server = createServer(async (_request, response) => {
  const body = pool ? (await pool.query(READ)).rows[0] : ANSWER;
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));
