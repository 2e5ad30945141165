import { boot } from "./bootstrap.mjs";

await boot(() => import("./test/main.ts"));
