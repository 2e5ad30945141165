import { z } from "zod";
import { connectivityCheckSchema } from "@/protocol/connectivity-check";
import { beginCheck } from "@/server/domain/connectivity/begin-check";
import { createRouter, publicProcedure } from "./init";

/** Whether a browser reaches what a session needs. */
export const connectivityRouter = createRouter({
  begin: publicProcedure
    .input(z.strictObject({}))
    .output(connectivityCheckSchema)
    .mutation(({ ctx }) => beginCheck(ctx)),
});
