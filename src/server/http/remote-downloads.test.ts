// The download server with DOWNLOAD_URL: another host has the files, and knows nothing of us.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, request as sendRequest } from "node:http";
import { brotliCompressSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createDownloadListener } from "./download-server";

const content = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
const compressed = brotliCompressSync(content);
const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
const name = `madoguchi-1.2.3-linux-x64-${hash}.run`;
const file = `/download/files/${name}`;
const manifest = Buffer.from('{"payload":""}');

/** What the other host has, by its address. */
let objects: Record<string, { content: Buffer; encoding?: string; status?: number }> = {};
let asked: string[] = [];
let hostUrl: URL;
const host = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const found = objects[request.url ?? ""];
  response.writeHead(found ? (found.status ?? 200) : 404, {
    "content-type": "text/plain",
    ...(found && { "content-length": found.content.length }),
    ...(found?.encoding && { "content-encoding": found.encoding }),
  });
  response.end(request.method === "HEAD" ? undefined : found?.content);
});
const servers: Server[] = [];

beforeAll(async () => {
  hostUrl = new URL("/tool/", `http://127.0.0.1:${await listen(host)}`);
});
afterEach(() => {
  objects = {};
  asked = [];
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A download server of its own, so that none remembers what another has seen. */
async function serverFor(url: URL) {
  const listener = createDownloadListener({
    DATA_DIR: "/nowhere",
    DOWNLOAD_DIR: undefined,
    DOWNLOAD_URL: url,
  });
  const port = await listen(createServer((request, response) => void listener(request, response)));
  return (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<Answer>((resolve, reject) => {
      const request = sendRequest({ host: "127.0.0.1", port, path, headers, method }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
        );
      });
      request.on("error", reject);
      request.end();
    });
}

test("hands the other host's manifest out as its own, and says where it is from", async () => {
  objects = { "/tool/manifest.json": { content: manifest } };
  const get = await serverFor(hostUrl);
  const { status, headers, body } = await get("/download/manifest.json");
  expect([status, body]).toEqual([200, manifest]);
  expect(headers).toMatchObject({
    "content-location": new URL("manifest.json", hostUrl).href,
    "content-type": "application/json",
    "cache-control": "no-cache",
  });
  expect((await get("/download/manifest.json", { "if-none-match": String(headers.etag) })).status).toBe(304);
  expect(asked).toEqual(["GET /tool/manifest.json"]);
});

test("says that nothing is published where storage forbids to look", async () => {
  objects = { "/tool/manifest.json": { content: Buffer.alloc(0), status: 403 } };
  const get = await serverFor(hostUrl);
  expect((await get("/download/manifest.json")).status).toBe(404);
});

test("sends on to a host that it does not reach itself, or that says nonsense", async () => {
  const gone = createServer();
  const url = new URL(`http://127.0.0.1:${await listen(gone)}/tool/`);
  await new Promise((resolve) => gone.close(resolve));
  const get = await serverFor(url);
  const { status, headers } = await get("/download/manifest.json");
  expect([status, headers.location]).toEqual([307, new URL("manifest.json", url).href]);
  expect((await get(`${file}?pass-through`)).status).toBe(502);

  objects = { "/tool/manifest.json": { content: Buffer.alloc(300_000) } };
  expect((await (await serverFor(hostUrl))("/download/manifest.json")).status).toBe(307);
});

test("leads to the files", async () => {
  const get = await serverFor(hostUrl);
  const { status, headers } = await get(file);
  expect([status, headers.location]).toEqual([307, new URL(`files/${name}`, hostUrl).href]);
  expect(asked).toEqual([]);
});

test("passes a file on: compressed from beside it for who takes that, and plain for the others", async () => {
  objects = {
    [`/tool/files/${name}`]: { content },
    [`/tool/files/${name}.br`]: { content: compressed },
  };
  const get = await serverFor(hostUrl);
  const small = await get(`${file}?pass-through`, { "accept-encoding": "gzip, br" });
  expect(small.headers).toMatchObject({
    "content-encoding": "br",
    "content-length": String(compressed.length),
    "content-disposition": "attachment",
    "content-type": "application/octet-stream",
    etag: `"${hash}-br"`,
  });
  expect(small.body).toEqual(compressed);
  const whole = await get(`${file}?pass-through`);
  expect(whole.headers).toMatchObject({ "content-length": "50000", etag: `"${hash}"` });
  expect(whole.body).toEqual(content);
  const head = await get(`${file}?pass-through`, { "accept-encoding": "br" }, "HEAD");
  expect([head.status, head.body.length]).toEqual([200, 0]);
});

test("passes on what storage keeps compressed under the file's own name", async () => {
  objects = { [`/tool/files/${name}`]: { content: compressed, encoding: "br" } };
  const get = await serverFor(hostUrl);
  const { headers, body } = await get(`${file}?pass-through`, { "accept-encoding": "br" });
  expect(headers["content-encoding"]).toBeUndefined();
  expect(body).toEqual(content);
});

test("passes nothing else on", async () => {
  objects = { "/tool/secret.txt": { content: Buffer.from("secret") } };
  const get = await serverFor(hostUrl);
  expect((await get("/download/files/../secret.txt?pass-through")).status).toBe(404);
  expect((await get(`${file}?pass-through`)).status).toBe(404);
  expect(asked).toEqual([`GET /tool/files/${name}`]);
});
