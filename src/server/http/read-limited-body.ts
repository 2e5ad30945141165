import { AppError } from "@/lib/app-error";

/** A heartbeat with 5,000 sessions takes about this much; everything that a browser sends is far smaller. */
export const MAX_BODY_BYTES = 1_048_576;

/**
 * The same request with its body read into memory, up to the limit.
 *
 * @throws AppError `TOO_LARGE`, before more than the limit was read
 */
export async function withLimitedBody(request: Request, maxBytes: number = MAX_BODY_BYTES): Promise<Request> {
  if (!request.body) return request;
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw new AppError("TOO_LARGE");
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AppError("TOO_LARGE");
    chunks.push(chunk);
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: Buffer.concat(chunks),
    signal: request.signal,
  });
}
