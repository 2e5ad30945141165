import { expect, test } from "vitest";
import { importsOf, judge } from "./boundaries";

test.each([
  ["src/features/console/page.tsx", "@/server/db/client"],
  ["src/features/console/page.tsx", "../reception/flow"],
  ["src/features/console/page.tsx", "@/features/admin/table"],
  ["src/lib/time.ts", "@/protocol/roles"],
  ["src/protocol/roles.ts", "../server/api/root"],
  ["src/components/button.tsx", "@/trpc/client"],
  ["src/server/domain/receptions/issue.ts", "@/server/api/root"],
  ["src/server/domain/receptions/issue.ts", "@trpc/server"],
  ["src/server/db/client.ts", "../domain/receptions/issue"],
  ["src/server/api/root.ts", "@/features/console/page"],
  ["src/trpc/client.ts", "@/server/domain/receptions/issue"],
  ["relay/main.ts", "@/server/db/client"],
  ["relay/main.ts", "../src/env"],
  ["relay/main.ts", "pg"],
  ["src/client-tool/main.ts", "@/media/store"],
  ["src/client-tool/main.ts", "../../relay/config"],
  ["src/client-tool/main.ts", "mediasoup-client"],
  ["src/client-tool/network/network.ts", "pg"],
])("%s may not import %s", (file, specifier) => {
  expect(judge(file, specifier)).not.toEqual([]);
});

test.each([
  ["src/features/console/page.tsx", "./list"],
  ["src/features/console/lists/row.tsx", "../page"],
  ["src/features/console/page.tsx", "@/components/button"],
  ["src/features/console/page.tsx", "@/i18n/messages"],
  ["src/protocol/roles.ts", "@/lib/time"],
  ["src/server/api/root.ts", "@/server/domain/receptions/issue"],
  ["src/server/domain/receptions/issue.ts", "@/server/db/client"],
  ["src/trpc/client.ts", "@/server/api/root"],
  ["src/app/page.tsx", "@/server/domain/receptions/issue"],
  ["relay/rooms/room.ts", "@/protocol/signalling"],
  ["relay/rooms/room.ts", "../config"],
  ["src/client-tool/session/relay-link.ts", "@/protocol/signalling"],
  ["src/client-tool/session/relay-link.ts", "../network/network"],
  ["src/client-tool/session/data-transport.ts", "node-datachannel"],
  ["src/client-tool/machine/linux/x11.ts", "koffi"],
  ["src/client-tool/main.ts", "node:os"],
  ["relay/config.ts", "../package.json"],
  ["relay/rooms/room.test.ts", "@/server/db/client"],
])("%s may import %s", (file, specifier) => {
  expect(judge(file, specifier)).toEqual([]);
});

test("every way to import is seen, in TSX too", async () => {
  const source = `
    import type { A } from "./a";
    import b, { type B } from "./b";
    export { c } from "./c";
    export * from "./d";
    type E = import("./e").E;
    export const View = async () => <p onClick={async () => await import("./f")}>{"./text"}</p>;
  `;
  expect(await importsOf(source, "view.tsx")).toEqual(["./a", "./b", "./c", "./d", "./e", "./f"]);
});
