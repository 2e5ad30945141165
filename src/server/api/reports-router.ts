import { createRouter } from "./init";

/** Figures over many sessions. */
export const reportsRouter = createRouter({});
