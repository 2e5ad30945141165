import { handleToolRequest } from "@/server/api/handle-tool-request";

export const dynamic = "force-dynamic";

export function POST(request: Request): Promise<Response> {
  return handleToolRequest("join", request);
}
