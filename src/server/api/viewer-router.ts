import { viewerOf, viewerSchema } from "@/server/domain/accounts/viewer";
import { createRouter, publicProcedure } from "./init";

/** Who is looking. */
export const viewerRouter = createRouter({
  me: publicProcedure.output(viewerSchema).query(async ({ ctx }) => viewerOf(await ctx.signIn())),
});
