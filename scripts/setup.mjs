import { boot } from "./bootstrap.mjs";

await boot(() => import("./setup/main.ts"));
