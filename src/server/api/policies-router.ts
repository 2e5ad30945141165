import { createRouter } from "./init";

/** What a company's administrator sets. */
export const policiesRouter = createRouter({});
