import { z } from "zod";
import { viewerOf, viewerSchema } from "@/server/domain/accounts/viewer";
import { arePasskeysPossible } from "@/server/domain/second-factors/relying-party";
import { createRouter, publicProcedure } from "./init";

/** Who is looking. */
export const viewerRouter = createRouter({
  me: publicProcedure.output(viewerSchema).query(async ({ ctx }) => viewerOf(await ctx.signIn())),
  /** What a sign-in page may offer here. */
  signInOptions: publicProcedure
    .output(z.object({ passkeysPossible: z.boolean() }))
    .query(({ ctx }) => ({ passkeysPossible: arePasskeysPossible(ctx.env) })),
});
