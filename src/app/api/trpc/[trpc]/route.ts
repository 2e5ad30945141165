import { handleTrpcRequest } from "@/server/api/handle-request";

export const dynamic = "force-dynamic";

export { handleTrpcRequest as GET, handleTrpcRequest as POST };
