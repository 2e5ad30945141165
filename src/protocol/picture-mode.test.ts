import { expect, test } from "vitest";
import { channelRule } from "./data-channels";
import { pictureCodecs, pictureModes, pictureReportSchema, pictureWishSchema } from "./picture-mode";

test.each(pictureModes)(
  "%s can be wished for and reported, and fits into a message of the channel",
  (mode) => {
    for (const [schema, message] of [
      [pictureWishSchema, { type: "choose", mode, decodes: [...pictureCodecs] }],
      [pictureReportSchema, { type: "applied", mode }],
    ] as const) {
      expect(schema.parse(message)).toEqual(message);
      expect(JSON.stringify(message).length).toBeLessThan(channelRule("picture").maxMessageBytes);
    }
  },
);

test.each([
  { type: "choose", decodes: [] },
  { type: "choose", mode: "best", decodes: [] },
  { type: "choose", mode: "sharp" },
  { type: "choose", mode: "sharp", decodes: ["H265"] },
  { type: "choose", mode: "sharp", decodes: [], maxBitrateBps: 9e9 },
  { type: "applied", mode: "sharp" },
])("the customer's side does not take %j", (message) => {
  expect(pictureWishSchema.safeParse(message).success).toBe(false);
});
