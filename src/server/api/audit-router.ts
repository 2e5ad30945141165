import { createRouter } from "./init";

/** The audit log. */
export const auditRouter = createRouter({});
