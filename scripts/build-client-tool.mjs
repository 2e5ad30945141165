import { boot } from "./bootstrap.mjs";

await boot(() => import("./client-tool/build-main.ts"));
