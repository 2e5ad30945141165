import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { getServerParts } from "@/server/api/context";
import { exportCompany } from "@/server/domain/companies/export-company";
import { findExportLink, recordExportDownload } from "@/server/domain/companies/export-links";
import type { AnonymousActor, ServiceContext } from "@/server/domain/service-context";
import { readClientAddress } from "@/server/http/client-address";
import { errorResponse } from "@/server/http/error-response";
import { withLimitedBody } from "@/server/http/read-limited-body";

export const dynamic = "force-dynamic";

const MAX_FORM_BYTES = 1_024;
const formSchema = z.strictObject({ secret: z.string().max(100) });

/**
 * A closed company's data as one download, for whoever sends the secret of the link. A POST with a form, so that the secret
 * stands in no address, and the browser itself writes the file, however large it is. No cookie is looked at, so there is
 * nothing that another site could make a browser do; and a form of a page without referrer names no origin.
 */
export async function POST(request: Request): Promise<Response> {
  const parts = getServerParts();
  const ctx: ServiceContext<AnonymousActor> = {
    ...parts,
    actor: { kind: "anonymous" },
    clientAddress: readClientAddress(request.headers),
  };
  try {
    const form = await (await withLimitedBody(request, MAX_FORM_BYTES))
      .formData()
      .catch(() => new FormData());
    const fields = formSchema.safeParse(Object.fromEntries(form));
    if (!fields.success) throw new AppError("BAD_REQUEST");
    const link = await findExportLink(ctx, fields.data.secret);
    await recordExportDownload(ctx, link);
    const { code } = await parts.db.company.findUniqueOrThrow({
      where: { id: link.companyId },
      select: { code: true },
    });
    return new Response(toStream(exportCompany(ctx, link.companyId)), {
      headers: {
        "content-type": "application/zip",
        "content-disposition": `attachment; filename="madoguchi-${code}.zip"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    // The browser shows what comes instead of a file: the page without a secret says what to do.
    if (error instanceof AppError && error.code === "LINK_INVALID") {
      return Response.redirect(new URL("/company-export", parts.env.PUBLIC_URL), 303);
    }
    if (error instanceof AppError) return errorResponse(error);
    throw error;
  }
}

/** Pulled as fast as the browser takes it; a browser that leaves ends the reading. */
function toStream(chunks: AsyncGenerator<Uint8Array, void, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return();
    },
  });
}
