import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { AppError } from "@/lib/app-error";
import { getServerParts } from "@/server/api/context";
import { createNextAuthOptions } from "@/server/auth/next-auth-options";
import { errorResponse } from "@/server/http/error-response";
import { mayChangeThings, ownOrigins } from "@/server/http/own-origin";
import { withLimitedBody } from "@/server/http/read-limited-body";

export const dynamic = "force-dynamic";

interface RouteContext {
  readonly params: Promise<{ readonly nextauth: string[] }>;
}

const MAX_FORM_BYTES = 16_384;

async function handle(request: NextRequest, context: RouteContext): Promise<Response> {
  const parts = getServerParts();
  // next-auth reads its own address from the environment alone.
  process.env.NEXTAUTH_URL = parts.env.PUBLIC_URL.origin;
  return NextAuth(request, context, createNextAuthOptions(parts));
}

export const GET = handle;

/** next-auth has a CSRF token of its own; the origin is checked as everywhere, so that signing in cannot be forged either. */
export async function POST(request: NextRequest, context: RouteContext): Promise<Response> {
  if (!mayChangeThings(request.headers, ownOrigins(getServerParts().env))) {
    return errorResponse(new AppError("ORIGIN_REFUSED"));
  }
  try {
    return await handle(new NextRequest(await withLimitedBody(request, MAX_FORM_BYTES)), context);
  } catch (error) {
    if (error instanceof AppError) return errorResponse(error);
    throw error;
  }
}
