import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { apiHeaders } from "./security-headers";

/** Whether a request is for the tRPC API. */
export function isTrpcRequest({ url }: Pick<IncomingMessage, "url">): boolean {
  return url?.startsWith("/api/trpc/") ?? false;
}

/** Whether a request is for next-auth's routes. */
export function isAuthRequest({ url }: Pick<IncomingMessage, "url">): boolean {
  return url?.startsWith("/api/auth/") ?? false;
}

/**
 * Serves the API straight from our HTTP server. Next would find the same handler behind its route, after several times the work:
 * its router, the proxy of pages, two more copies of request and answer.
 *
 * @param handle answers by the Fetch API
 * @param onError is told what the handler threw; the client gets a plain 500
 */
export function createApiListener(
  handle: (request: Request) => Promise<Response>,
  onError: (error: unknown) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const listener = getRequestListener(
    async (request) => {
      const answer = await handle(request);
      for (const [name, value] of Object.entries(apiHeaders)) answer.headers.set(name, value);
      return answer;
    },
    {
      // Next in the same process brings its own.
      overrideGlobalObjects: false,
      errorHandler: (error) => {
        onError(error);
        return new Response(null, { status: 500 });
      },
    },
  );
  return async (request, response) => listener(request, response);
}
