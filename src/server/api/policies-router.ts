import { z } from "zod";
import { policyFieldsSchema, policyViewSchema } from "@/protocol/company-policy";
import { removeLogo, setLogo } from "@/server/domain/policies/company-logo";
import { readPolicy, setPolicy } from "@/server/domain/policies/company-policy";
import { adminProcedure, createRouter } from "./init";

const nothing = z.strictObject({});
/** Room for a file that is too large to be taken, so that it is refused by name and not as malformed. */
const LOGO_INPUT_MAX_LENGTH = 700_000;

/** What a company's administrator sets. */
export const policiesRouter = createRouter({
  get: adminProcedure
    .input(nothing)
    .output(policyViewSchema)
    .query(({ ctx }) => readPolicy(ctx)),
  set: adminProcedure
    .input(z.strictObject({ fields: policyFieldsSchema, updatedAt: z.date() }))
    .output(z.object({ updatedAt: z.date() }))
    .mutation(({ ctx, input }) => setPolicy(ctx, input)),
  setLogo: adminProcedure
    .input(z.strictObject({ content: z.base64().max(LOGO_INPUT_MAX_LENGTH) }))
    .output(nothing)
    .mutation(({ ctx, input }) => setLogo(ctx, input)),
  removeLogo: adminProcedure
    .input(nothing)
    .output(nothing)
    .mutation(({ ctx }) => removeLogo(ctx)),
});
