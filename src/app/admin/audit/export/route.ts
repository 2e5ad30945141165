import { getLocale } from "next-intl/server";
import { handleAuditExport } from "@/server/api/audit-export";

export const dynamic = "force-dynamic";

/** The audit log as a CSV file, narrowed down as the page is. */
export async function GET(request: Request): Promise<Response> {
  return handleAuditExport(request, "company", await getLocale());
}
