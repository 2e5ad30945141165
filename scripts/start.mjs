import { boot } from "./bootstrap.mjs";

await boot(() => import("./start/main.ts"));
