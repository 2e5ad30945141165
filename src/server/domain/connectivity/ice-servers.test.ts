import { expect, it } from "vitest";
import { iceServersFor } from "./ice-servers";

const now = () => new Date(1_700_000_000_000);
const env = { TURN_URLS: ["turns:turn.test:443?transport=tcp"], TURN_SECRET: "north" };

it("makes credentials that coturn can check by itself and that end", () => {
  // The expected password comes from: printf 1700000600:session | openssl dgst -sha1 -hmac north -binary | base64
  expect(iceServersFor({ env, now }, "session", 600)).toEqual([
    {
      urls: ["turns:turn.test:443?transport=tcp"],
      username: "1700000600:session",
      credential: "nNM4QDiNGfKanPNgtXfXDriBryY=",
    },
  ]);
});

it("names no server where none is configured", () => {
  expect(iceServersFor({ env: { TURN_URLS: [], TURN_SECRET: undefined }, now }, "session", 600)).toEqual([]);
});
