import { boot } from "./bootstrap.mjs";

await boot(() => import("./measure/bench.ts"));
