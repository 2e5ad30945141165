import { answerExport } from "../answer-export";

export const dynamic = "force-dynamic";

export function GET(request: Request): Promise<Response> {
  return answerExport(request, "company");
}
