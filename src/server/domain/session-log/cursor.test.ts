import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { decodeCursor, encodeCursor } from "./cursor";

describe("the session log's cursor", () => {
  test("comes back as it went, to the millisecond", () => {
    const cursor = {
      createdAt: new Date("2026-03-01T12:00:00.123Z"),
      id: "0195f6a0-0000-7000-8000-000000000001",
    };
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
  });

  test.each([
    "",
    "x",
    Buffer.from("[1]").toString("base64url"),
    Buffer.from('["1","0195f6a0-0000-7000-8000-000000000001"]').toString("base64url"),
    Buffer.from('[1,"1 OR 1=1"]').toString("base64url"),
  ])("%j is refused as a bad request", (text) => {
    expect(() => decodeCursor(text)).toThrow(AppError);
  });
});
