// What the API is measured against: nothing but Node's own HTTP server, in a process of its own. With a database address
// as its argument it reads one row for each answer, as the API does.
import { createServer } from "node:http";
import pg from "pg";

const pool = process.argv[2] ? new pg.Pool({ connectionString: process.argv[2], max: 10 }) : null;
const READ = "SELECT id, name, code, created_at FROM company WHERE code = $1";

const server = createServer((_request, response) => {
  const send = (body) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (!pool)
    send({
      result: {
        data: { json: { kind: "operator", operatorName: "Operator 1", companyName: "Demo Support" } },
      },
    });
  else pool.query(READ, ["demo"]).then(({ rows }) => send({ result: { data: { json: rows[0] } } }));
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));
