import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { decodeCursor, encodeCursor, type LogCursor } from "./cursor";

const id = "0195f6a0-0000-7000-8000-000000000001";
const order = { sort: "start", descending: true } as const;

describe("the session log's cursor", () => {
  test.each<LogCursor>([
    { sort: "start", descending: true, key: Date.parse("2026-03-01T12:00:00.123Z"), id },
    { sort: "duration", descending: false, key: 0, id },
    { sort: "traffic", descending: true, key: 5_000_000_000_000, id },
  ])("comes back as it went: %j", (cursor) => {
    expect(decodeCursor(encodeCursor(cursor), cursor)).toEqual(cursor);
  });

  test("one of another order is refused", () => {
    const cursor = encodeCursor({ ...order, key: 1, id });
    expect(() => decodeCursor(cursor, { ...order, descending: false })).toThrow(AppError);
    expect(() => decodeCursor(cursor, { ...order, sort: "traffic" })).toThrow(AppError);
  });

  test.each([
    "",
    "x",
    "[1]",
    `["start",true,"1","${id}"]`,
    '["start",true,1,"1 OR 1=1"]',
    `["start",true,9e15,"${id}"]`,
  ])("%j is refused as a bad request", (text) => {
    expect(() => decodeCursor(Buffer.from(text).toString("base64url"), order)).toThrow(AppError);
  });
});
