import { z } from "zod";

/** What an account or a company may be called at sign-in: the stored form, as sign-in looks for it. */
export const newAccountCodeSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,39}$/,
    "must be 1 to 40 of a-z, 0-9, dot, hyphen and underscore, not a sign first",
  );
