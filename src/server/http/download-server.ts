import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import send from "send";
import type { Environment } from "@/env";
import { FILES_FOLDER, MANIFEST_PATH, PASS_THROUGH } from "@/protocol/release-manifest";
import { RemoteDownloads } from "./remote-downloads";

type DownloadEnvironment = Pick<Environment, "DATA_DIR" | "DOWNLOAD_DIR" | "DOWNLOAD_URL">;

/** What `npm run release` names its files; anything else is not asked for by anybody we know. */
const FILE_NAME = /^\/download\/files\/(madoguchi-[0-9.]+-[a-z]+-[a-z0-9]+-([0-9a-f]{16})\.(exe|run|zip))$/;
const IMMUTABLE = "public, max-age=31536000, immutable";
/** Public files, which a page elsewhere or a CDN in front may load as well; no cookie is looked at. */
const SHARED_HEADERS = {
  "access-control-allow-origin": "*",
  "cross-origin-resource-policy": "cross-origin",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** Whether the download server answers it; `/download` itself is a page. */
export function isDownloadRequest(request: Pick<IncomingMessage, "url">): boolean {
  const [pathname] = (request.url ?? "").split("?");
  return pathname === MANIFEST_PATH || (pathname ?? "").startsWith(`/download/${FILES_FOLDER}/`);
}

/**
 * Hands out what `npm run release` published into a folder: range requests (RFC 9110, 14), strong ETags, the compressed form for those
 * who take it. With `DOWNLOAD_URL` it says where the files are, and passes on what a browser may not load there.
 */
export function createDownloadListener(env: DownloadEnvironment) {
  const root = path.resolve(env.DOWNLOAD_DIR ?? path.join(env.DATA_DIR, "download"));
  const elsewhere = env.DOWNLOAD_URL && new RemoteDownloads(env.DOWNLOAD_URL);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SHARED_HEADERS)) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return answer(response, 405, "Only GET and HEAD work here.");
    }
    const [pathname = "", query] = (request.url ?? "").split("?");
    if (pathname === MANIFEST_PATH) {
      if (elsewhere) return await sendRemoteManifest(elsewhere, request, response);
      const content = await readFile(path.join(root, path.basename(MANIFEST_PATH))).catch(() => null);
      return sendManifest(content, request, response);
    }
    const [, name, hash, kind] = FILE_NAME.exec(pathname) ?? [];
    if (name === undefined || hash === undefined) return answer(response, 404, "There is no such file.");
    if (elsewhere && query !== PASS_THROUGH) {
      return redirect(response, elsewhere.address(`${FILES_FOLDER}/${name}`));
    }
    response.setHeader("vary", "accept-encoding");
    response.setHeader("content-type", kind === "zip" ? "application/zip" : "application/octet-stream");
    // Without a name, so that a page's link can give the one that carries a pairing.
    response.setHeader("content-disposition", "attachment");
    if (elsewhere) return await passThrough(elsewhere, name, hash, request, response);
    const isCompressed = takesBrotli(request) && (await exists(path.join(root, FILES_FOLDER, `${name}.br`)));
    if (isCompressed) response.setHeader("content-encoding", "br");
    response.setHeader("etag", isCompressed ? `"${hash}-br"` : `"${hash}"`);
    await sendFile(`/${FILES_FOLDER}/${name}${isCompressed ? ".br" : ""}`, root, request, response);
  };
}

/** Small and replaced as a whole: its ETag comes from the very content that is sent. */
function sendManifest(content: Buffer | null, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("cache-control", "no-cache");
  if (content === null) {
    answer(response, 404, "No release of the Client Tool is published here.");
    return;
  }
  const etag = `"${createHash("sha256").update(content).digest("hex").slice(0, 32)}"`;
  response.setHeader("etag", etag);
  if (matches(request.headers["if-none-match"], etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "content-length": content.length });
  response.end(request.method === "HEAD" ? undefined : content);
}

/** Says with it where it is from (RFC 9110, 8.7): the files' paths begin there. */
async function sendRemoteManifest(
  elsewhere: RemoteDownloads,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let found: Awaited<ReturnType<RemoteDownloads["manifest"]>>;
  try {
    found = await elsewhere.manifest();
  } catch {
    // This server may be shut off from a host that browsers and tools reach.
    return redirect(response, elsewhere.address(path.basename(MANIFEST_PATH)));
  }
  if (found) response.setHeader("content-location", found.url);
  sendManifest(found?.content ?? null, request, response);
}

async function passThrough(
  elsewhere: RemoteDownloads,
  name: string,
  hash: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const method = request.method === "HEAD" ? "HEAD" : "GET";
  let file: Awaited<ReturnType<RemoteDownloads["file"]>>;
  try {
    file = await elsewhere.file(name, { method, takesBrotli: takesBrotli(request), signal: gone.signal });
  } catch {
    response.removeHeader("content-disposition");
    return answer(response, 502, "The host that has the files does not answer.");
  }
  if (file === null) {
    response.removeHeader("content-disposition");
    return answer(response, 404, "There is no such file.");
  }
  response.setHeader("cache-control", IMMUTABLE);
  response.setHeader("etag", file.isCompressed ? `"${hash}-br"` : `"${hash}"`);
  if (file.isCompressed) response.setHeader("content-encoding", "br");
  if (file.sizeBytes !== null) response.setHeader("content-length", file.sizeBytes);
  response.writeHead(200);
  // Whoever breaks off, the other one sees a cut connection, and there is nobody left to be told.
  await file.sendTo(response).catch(() => response.destroy());
}

function sendFile(
  file: string,
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once("close", resolve);
    send(request, file, { root, index: false, etag: false, lastModified: false, cacheControl: false })
      .on("headers", () => response.setHeader("cache-control", IMMUTABLE))
      .on("error", (error: Error & { status?: number }) => {
        const status = error.status ?? 500;
        for (const name of ["content-encoding", "content-disposition", "etag"]) response.removeHeader(name);
        if (status >= 500) reject(error);
        // RFC 9110, 15.5.17: `send` has named the whole length by now.
        else
          answer(
            response,
            status,
            status === 416 ? "There is no such part of it." : "There is no such file.",
          );
      })
      .pipe(response);
  });
}

/** RFC 9110, 12.5.3, as far as one coding needs it: named, and not with a weight of zero. */
function takesBrotli(request: IncomingMessage): boolean {
  const header = request.headers["accept-encoding"];
  return (Array.isArray(header) ? header.join(",") : (header ?? ""))
    .split(",")
    .some((part) => /^br\s*(?:;\s*q=(?!0(?:\.0{0,3})?\s*$).*)?$/i.test(part.trim()));
}

/** RFC 9110, 13.1.2: weak comparison. */
function matches(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((part) => ["*", etag, `W/${etag}`].includes(part.trim()));
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() ?? false;
}

function redirect(response: ServerResponse, address: string): void {
  response.setHeader("location", address);
  response.setHeader("cache-control", "no-cache");
  answer(response, 307, "The files are elsewhere.");
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
