import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import send from "send";
import type { Environment } from "@/env";
import { FILES_FOLDER, MANIFEST_PATH } from "@/protocol/release-manifest";

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
 * who take it. With `DOWNLOAD_URL` it only says where that is.
 */
export function createDownloadListener(env: DownloadEnvironment) {
  const root = path.resolve(env.DOWNLOAD_DIR ?? path.join(env.DATA_DIR, "download"));
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SHARED_HEADERS)) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return answer(response, 405, "Only GET and HEAD work here.");
    }
    const [pathname = ""] = (request.url ?? "").split("?");
    if (env.DOWNLOAD_URL) {
      const below = pathname.slice("/download/".length);
      response.setHeader("location", new URL(below, env.DOWNLOAD_URL).href);
      response.setHeader("cache-control", "no-cache");
      return answer(response, 307, "The files are elsewhere.");
    }
    if (pathname === MANIFEST_PATH) return await sendManifest(root, request, response);
    const [, name, hash, kind] = FILE_NAME.exec(pathname) ?? [];
    if (name === undefined || hash === undefined) return answer(response, 404, "There is no such file.");
    response.setHeader("vary", "accept-encoding");
    response.setHeader("content-type", kind === "zip" ? "application/zip" : "application/octet-stream");
    // Without a name, so that a page's link can give the one that carries a pairing.
    response.setHeader("content-disposition", "attachment");
    const isCompressed = takesBrotli(request) && (await exists(path.join(root, FILES_FOLDER, `${name}.br`)));
    if (isCompressed) response.setHeader("content-encoding", "br");
    response.setHeader("etag", isCompressed ? `"${hash}-br"` : `"${hash}"`);
    await sendFile(`/${FILES_FOLDER}/${name}${isCompressed ? ".br" : ""}`, root, request, response);
  };
}

/** Small and replaced as a whole: read at once, so that its ETag and its content belong together. */
async function sendManifest(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const content = await readFile(path.join(root, path.basename(MANIFEST_PATH))).catch(() => null);
  response.setHeader("cache-control", "no-cache");
  if (content === null) return answer(response, 404, "No release of the Client Tool is published here.");
  const etag = `"${createHash("sha256").update(content).digest("hex").slice(0, 32)}"`;
  response.setHeader("etag", etag);
  if (matches(request.headers["if-none-match"], etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "content-length": content.length });
  response.end(request.method === "HEAD" ? undefined : content);
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

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
