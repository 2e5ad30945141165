import { z } from "zod";
import { getServerParts } from "@/server/api/context";
import { readCompanyLogo } from "@/server/domain/support-sessions/read-company-logo";

/** Each version of a logo has its own address, so a browser may keep it for ever. */
const KEEP_FOR_EVER = "public, max-age=31536000, immutable";

/**
 * A company's logo, for its customers. Its address is told only to those whom an operator has accepted; whoever has it may
 * see the picture, and nothing but a picture: the type is one of a few that carry no script, and browsers may not guess another.
 */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ companyId: string }> },
): Promise<Response> {
  const companyId = z.uuid().safeParse((await params).companyId);
  const logo = companyId.success ? await readCompanyLogo(getServerParts().db, companyId.data) : null;
  const headers = new Headers({
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
  });
  if (!logo) {
    headers.set("cache-control", "no-store");
    return new Response(null, { status: 404, headers });
  }
  const isCurrent = new URL(request.url).searchParams.get("v") === String(logo.updatedAt.getTime());
  headers.set("content-type", logo.mediaType);
  headers.set("cache-control", isCurrent ? KEEP_FOR_EVER : "no-store");
  return new Response(logo.content, { headers });
}
