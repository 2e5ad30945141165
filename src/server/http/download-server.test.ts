import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDownloadListener, isDownloadRequest } from "./download-server";

const content = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
const compressed = brotliCompressSync(content);
const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
const name = `madoguchi-1.2.3-linux-x64-${hash}.run`;
const file = `/download/files/${name}`;

let folder: string;
const server = createServer((request, response) => {
  if (!isDownloadRequest(request)) {
    response.writeHead(204).end();
    return;
  }
  void createDownloadListener({ DATA_DIR: folder, DOWNLOAD_DIR: undefined, DOWNLOAD_URL: undefined })(
    request,
    response,
  );
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "download-"));
  await mkdir(path.join(folder, "download/files"), { recursive: true });
  await writeFile(path.join(folder, "download/files", name), content);
  await writeFile(path.join(folder, "download/files", `${name}.br`), compressed);
  await writeFile(path.join(folder, "secret.run"), "secret");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Without what fetch does by itself: neither paths nor encodings are touched. */
function get(pathname: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = sendRequest({ host: "127.0.0.1", port, path: pathname, headers, method }, (response) => {
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

test("hands a file out for ever, under a strong ETag, as something to be saved and nothing else", async () => {
  const { status, headers, body } = await get(file);
  expect(status).toBe(200);
  expect(body).toEqual(content);
  expect(headers).toMatchObject({
    etag: `"${hash}"`,
    "cache-control": "public, max-age=31536000, immutable",
    "content-type": "application/octet-stream",
    "content-disposition": "attachment",
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
    vary: "accept-encoding",
  });
});

test("hands the compressed form to who takes it, as an entity of its own", async () => {
  const { headers, body } = await get(file, { "accept-encoding": "gzip, deflate, br, zstd" });
  expect(headers).toMatchObject({ "content-encoding": "br", etag: `"${hash}-br"` });
  expect(body).toEqual(compressed);
  expect(
    (await get(file, { "accept-encoding": "gzip, br;q=0" })).headers["content-encoding"],
  ).toBeUndefined();
});

test("gives the rest of a download that was cut", async () => {
  const rest = await get(file, { range: "bytes=40000-", "if-range": `"${hash}"` });
  expect(rest.status).toBe(206);
  expect(rest.headers["content-range"]).toBe("bytes 40000-49999/50000");
  expect(rest.body).toEqual(content.subarray(40_000));
});

test("begins anew where the part that is there belongs to something else", async () => {
  const whole = await get(file, { range: "bytes=40000-", "if-range": '"other"' });
  expect(whole.status).toBe(200);
  expect(whole.body).toEqual(content);
});

test("refuses a range behind the end", async () => {
  const { status, headers } = await get(file, { range: "bytes=50000-" });
  expect(status).toBe(416);
  expect(headers["content-range"]).toBe("bytes */50000");
});

test("saves sending what is there already", async () => {
  expect((await get(file, { "if-none-match": `"${hash}"` })).status).toBe(304);
});

test.each([
  "/download/files/../../secret.run",
  "/download/files/..%2f..%2fsecret.run",
  "/download/files/%2e%2e/secret.run",
  `${file}.br`,
  "/download/files/",
  `/download/files/madoguchi-1.2.3-linux-x64-${"0".repeat(16)}.run`,
])("has nothing at %s", async (pathname) => {
  const { status, body } = await get(pathname);
  expect(status).toBe(404);
  expect(body.toString()).not.toContain("secret\n");
});

test("changes nothing", async () => {
  expect((await get(file, {}, "PUT")).status).toBe(405);
});

test("says that nothing is published, then hands out the manifest that has come, and only when it is new", async () => {
  expect((await get("/download/manifest.json")).status).toBe(404);
  await writeFile(path.join(folder, "download/manifest.json"), '{"payload":""}');
  const { status, headers, body } = await get("/download/manifest.json");
  expect([status, body.toString()]).toEqual([200, '{"payload":""}']);
  expect(headers["cache-control"]).toBe("no-cache");
  const again = await get("/download/manifest.json", { "if-none-match": String(headers.etag) });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

test("leaves the page to others", async () => {
  expect((await get("/download")).status).toBe(204);
});
