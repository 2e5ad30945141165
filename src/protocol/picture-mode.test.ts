import { expect, test } from "vitest";
import { channelRule } from "./data-channels";
import { pictureModes, pictureReportSchema, pictureWishSchema } from "./picture-mode";

test.each(pictureModes)(
  "%s can be wished for and reported, and fits into a message of the channel",
  (mode) => {
    for (const [schema, message] of [
      [pictureWishSchema, { type: "choose", mode }],
      [pictureReportSchema, { type: "applied", mode }],
    ] as const) {
      expect(schema.parse(message)).toEqual(message);
      expect(JSON.stringify(message).length).toBeLessThan(channelRule("picture").maxMessageBytes);
    }
  },
);

test.each([
  { type: "choose" },
  { type: "choose", mode: "best" },
  { type: "choose", mode: "sharp", maxBitrateBps: 9e9 },
  { type: "ask", mode: "sharp" },
  { type: "applied", mode: "sharp" },
])("the customer's side does not take %j", (message) => {
  expect(pictureWishSchema.safeParse(message).success).toBe(false);
});
