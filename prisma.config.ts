import { defineConfig } from "prisma/config";

/** Read by the `prisma` command only; the application hands its own DATABASE_URL to the client. */
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
