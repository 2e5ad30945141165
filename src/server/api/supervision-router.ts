import { createRouter } from "./init";

/** A company's live sessions, for supervisors. */
export const supervisionRouter = createRouter({});
