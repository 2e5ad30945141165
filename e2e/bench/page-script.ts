import { build } from "esbuild";

/** What a page of a bench runs: one script of our own sources. @param entry a path from the project's folder */
export async function pageScript(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    tsconfig: "tsconfig.json",
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  });
  return result.outputFiles[0]?.text ?? "";
}
