import { getLocale, getTranslations } from "next-intl/server";
import { handleOperatorsExport } from "@/server/api/operators-export";

export const dynamic = "force-dynamic";

/** The company's accounts as a CSV file, narrowed down as the list is. */
export async function GET(request: Request): Promise<Response> {
  return handleOperatorsExport(
    request,
    await getLocale(),
    (await getTranslations("operators.csv"))("fileName"),
  );
}
