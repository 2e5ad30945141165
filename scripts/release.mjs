import { boot } from "./bootstrap.mjs";

await boot(() => import("./client-tool/release-main.ts"));
