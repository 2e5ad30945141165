import { boot } from "./bootstrap.mjs";

await boot(() => import("./setup/build-main.ts"));
