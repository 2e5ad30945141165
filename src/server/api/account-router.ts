import { createRouter } from "./init";

/** Whoever is signed in, about the own account. */
export const accountRouter = createRouter({});
