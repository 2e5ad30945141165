/** Where the API is served. */
export const TRPC_ENDPOINT = "/api/trpc";
export const MAX_BATCH_SIZE = 20;
