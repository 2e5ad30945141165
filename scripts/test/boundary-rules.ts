// Who may import whom (CONTRIBUTING.md has the picture). Paths are relative to the project, with slashes.

export type BoundaryRule = {
  /** Said when it is broken. */
  reason: string;
  from: RegExp;
  /** Whether an import of this project file is refused; `from` is the importing file. */
  refuses: (target: string, from: string) => boolean;
};

/** A folder that may import itself, what is named, and nothing else of the project. */
function only(from: RegExp, allowed: RegExp, reason: string): BoundaryRule {
  return { reason, from, refuses: (target) => !from.test(target) && !allowed.test(target) };
}

const NOTHING = /^$/;

export const boundaryRules: readonly BoundaryRule[] = [
  only(/^src\/lib\//, NOTHING, "lib is a leaf: pure helpers know nothing of the project"),
  only(/^src\/protocol\//, /^src\/lib\//, "protocol is shared with the relay and imports lib alone"),
  only(/^src\/components\//, /^src\/(lib|i18n)\//, "components know nothing of the domain"),
  only(/^src\/i18n\//, /^src\/lib\//, "i18n imports lib alone"),
  only(/^src\/media\//, /^src\/(protocol|lib)\//, "media is a plain engine on protocol and lib"),
  only(
    /^src\/features\//,
    /^src\/(components|media|trpc|protocol|i18n|lib)\//,
    "features import components, media, trpc, protocol, i18n and lib, never the server",
  ),
  only(/^relay\//, /^src\/(protocol|lib)\//, "the relay imports protocol and lib alone"),
  only(/^src\/client-tool\//, /^src\/(protocol|lib)\//, "the Client Tool imports protocol and lib alone"),
  only(
    /^src\/server\//,
    /^src\/(protocol|lib|i18n)\/|^src\/env\.ts$/,
    "the server imports protocol, lib and i18n, never pages or features",
  ),
  {
    reason: "features never import each other: what two share belongs to a leaf",
    from: /^src\/features\//,
    refuses: (target, from) => target.startsWith("src/features/") && feature(target) !== feature(from),
  },
  {
    reason: "trpc takes the router's type from server/api and nothing else of the server or the pages",
    from: /^src\/trpc\//,
    refuses: (target) => /^src\/(app|features|components|media)\/|^src\/server\/(?!api\/)/.test(target),
  },
  {
    reason: "server/api → server/domain → server/db, never back",
    from: /^src\/server\/(domain|jobs)\//,
    refuses: (target) => /^src\/server\/(api|http)\//.test(target),
  },
  {
    reason: "server/api → server/domain → server/db, never back",
    from: /^src\/server\/db\//,
    refuses: (target) => /^src\/server\/(api|auth|domain|http|jobs)\//.test(target),
  },
];

/** Packages that a folder must not load, because of where its code runs. */
export const packageRules: readonly { reason: string; from: RegExp; packages: RegExp }[] = [
  {
    reason: "the relay and the Client Tool have no database and no web framework",
    from: /^(relay|src\/client-tool)\//,
    packages: /^(@prisma\/|prisma$|pg$|next$|next\/|next-auth)/,
  },
  {
    reason:
      "the Client Tool is one small executable: node-datachannel, koffi, ws and zod are all that it carries",
    from: /^src\/client-tool\//,
    packages: /^(?!node:|(koffi|node-datachannel|ws|zod)$)/,
  },
  {
    reason: "the domain knows neither tRPC nor Next",
    from: /^src\/server\/domain\//,
    packages: /^(@trpc\/|next$|next\/)/,
  },
  {
    reason: "what runs in browsers loads no server packages",
    from: /^src\/(components|features|media|i18n|lib|protocol)\//,
    packages: /^(@prisma\/|pg$|mediasoup$|@node-rs\/|pino$)/,
  },
];

function feature(file: string): string | undefined {
  return file.split("/")[2];
}
