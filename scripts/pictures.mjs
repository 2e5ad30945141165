import { boot } from "./bootstrap.mjs";

await boot(() => import("./measure/pictures.ts"));
