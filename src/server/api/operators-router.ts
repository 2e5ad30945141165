import { createRouter } from "./init";

/** A company's accounts. */
export const operatorsRouter = createRouter({});
