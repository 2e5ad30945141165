// Makes one script out of the Client Tool's source, for one system.
import path from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import type { ToolPlatform } from "@/protocol/control";
import type { Channel } from "@/protocol/release-manifest";
import { projectRoot } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";
import { platformParts } from "./pinned-packages";

export type ReleaseIdentity = {
  version: string;
  channel: Channel;
  /** Ed25519, SPKI in DER, base64. */
  publicKey: string;
};

const nodePlatforms: Readonly<Record<ToolPlatform, NodeJS.Platform>> = {
  linux: "linux",
  macos: "darwin",
  windows: "win32",
};
/** koffi asks for its native part by the name of the system's package. */
const KOFFI_PACKAGE = /^@koromix\/koffi-/;
/** Of node-datachannel this one module looks for the native part, in ways that no bundler follows. */
const DATACHANNEL_LOADER = /node-datachannel[\\/]dist[\\/]cjs[\\/]lib[\\/]node-datachannel\.cjs$/;
/** All languages of zod's. */
const LANGUAGES = /zod[\\/]v4[\\/]locales[\\/]index\.js$/;

export const TOOL_ENTRY = "src/client-tool/main.ts";

/**
 * @param entry of another script than the tool's own, for tests
 * @returns the script (CommonJS, as the single-executable format wants it)
 * @throws StepError when it cannot be bundled
 */
export async function bundleTool(
  platform: ToolPlatform,
  identity: ReleaseIdentity,
  entry: string = TOOL_ENTRY,
): Promise<string> {
  const result = await build(optionsFor(platform, identity, entry)).catch((error: unknown) => {
    throw new StepError(
      `The Client Tool could not be bundled:\n${error instanceof Error ? error.message : String(error)}`,
      "Correct what is named above.",
    );
  });
  const script = result.outputFiles?.[0];
  if (!script) throw new StepError("The Client Tool's bundle is empty.");
  return script.text;
}

function optionsFor(platform: ToolPlatform, identity: ReleaseIdentity, entry: string): BuildOptions {
  const modules = path.join(projectRoot, "node_modules");
  return {
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    write: false,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    // What other systems need falls away; the rest stays readable in stacks.
    minifySyntax: true,
    legalComments: "none",
    logLevel: "silent",
    alias: {
      "@": path.join(projectRoot, "src"),
      // Their ES modules look for files beside themselves, which have no place in an executable.
      koffi: path.join(modules, "koffi/index.cjs"),
      "node-datachannel": path.join(modules, "node-datachannel/dist/cjs/lib/index.cjs"),
    },
    // Faster versions of what ws can do itself; it goes on without.
    external: ["bufferutil", "utf-8-validate"],
    define: {
      "process.platform": JSON.stringify(nodePlatforms[platform]),
      "process.arch": JSON.stringify(platformParts[platform].arch),
      MADOGUCHI_RELEASE: JSON.stringify({ publicKey: identity.publicKey, channel: identity.channel }),
    },
    plugins: [nativeParts, withoutLanguages, onlyTheVersion(identity.version)],
  };
}

const nativeParts: Plugin = {
  name: "native parts",
  setup(builder) {
    const load = (part: string) => `require("@/client-tool/unpacked").loadNative(${JSON.stringify(part)})`;
    builder.onResolve({ filter: KOFFI_PACKAGE }, () => ({ path: "koffi", namespace: "native" }));
    builder.onLoad({ filter: /.*/, namespace: "native" }, () => ({
      contents: `module.exports = ${load("koffi.node")};`,
      resolveDir: projectRoot,
    }));
    builder.onLoad({ filter: DATACHANNEL_LOADER }, () => ({
      contents: `exports.__esModule = true; exports.default = ${load("node_datachannel.node")};`,
      resolveDir: projectRoot,
    }));
  },
};

/** zod's own sentences in fifty languages, nearly half of the script, which nobody reads: its index is the one that it names by itself. */
const withoutLanguages: Plugin = {
  name: "without languages",
  setup(builder) {
    builder.onLoad({ filter: LANGUAGES }, () => ({ contents: 'export { default as en } from "./en.js";' }));
  },
};

/** Of package.json the tool knows the version alone. */
function onlyTheVersion(version: string): Plugin {
  const file = path.join(projectRoot, "package.json");
  return {
    name: "version",
    setup(builder) {
      builder.onLoad({ filter: /[\\/]package\.json$/ }, (found) =>
        found.path === file ? { contents: JSON.stringify({ version }), loader: "json" } : null,
      );
    },
  };
}
