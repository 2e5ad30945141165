import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { AppError } from "@/lib/app-error";
import { errorResponse } from "@/server/http/error-response";
import { MAX_BODY_BYTES, withLimitedBody } from "@/server/http/read-limited-body";
import { createApiContext, getServerParts, type ServerParts } from "./context";
import { MAX_BATCH_SIZE, TRPC_ENDPOINT } from "./endpoint";
import { httpStatus } from "./error-formatter";
import { appRouter } from "./root";

/** Calls that bring a file: 2 MB in base64. */
const UPLOADS = [`${TRPC_ENDPOINT}/operators.previewImport`, `${TRPC_ENDPOINT}/operators.import`];
const MAX_UPLOAD_BYTES = 3_145_728;

/** Answers one HTTP request to the API. */
export function handleTrpcRequest(request: Request): Promise<Response> {
  return answerTrpcRequest(request, getServerParts());
}

/** The same with the parts of a test. */
export async function answerTrpcRequest(request: Request, parts: ServerParts): Promise<Response> {
  let limited: Request;
  try {
    const isUpload = UPLOADS.includes(new URL(request.url).pathname);
    limited = await withLimitedBody(request, isUpload ? MAX_UPLOAD_BYTES : MAX_BODY_BYTES);
  } catch (error) {
    if (error instanceof AppError) return errorResponse(error);
    // The client went away while sending.
    return errorResponse(new AppError("BAD_REQUEST"));
  }
  return fetchRequestHandler({
    endpoint: TRPC_ENDPOINT,
    req: limited,
    router: appRouter,
    maxBatchSize: MAX_BATCH_SIZE,
    createContext: ({ req, resHeaders }) => createApiContext({ headers: req.headers, resHeaders }, parts),
    responseMeta: ({ errors, info, eagerGeneration }) => ({
      // An open stream's status is 200 whatever follows; other answers carry the status of their refusal.
      ...(!eagerGeneration && { status: httpStatus(errors, info?.calls.length ?? 1) }),
      headers: new Headers({ "cache-control": "no-store" }),
    }),
  });
}
