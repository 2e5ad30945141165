import { describe, expect, test } from "vitest";
import { pictureCodecOf, pictureCodecs } from "@/protocol/picture-mode";
import { chooseCodec } from "./picture-codec";

const sendable = ["video/VP8", "video/rtx", "video/VP9", "video/H264", "video/AV1"].map((mimeType) => ({
  mimeType,
}));

describe("the codec of the picture", () => {
  test("is the first of the order that can be sent, while nothing is known of the other side", () => {
    expect(chooseCodec(sendable, null)?.mimeType).toBe(`video/${pictureCodecs[0]}`);
    expect(chooseCodec([{ mimeType: "video/VP8" }], null)?.mimeType).toBe("video/VP8");
  });

  test("is one that the other side can show", () => {
    expect(chooseCodec(sendable, ["VP8", "H264"])?.mimeType).toBe("video/H264");
    expect(chooseCodec(sendable, ["VP8"])?.mimeType).toBe("video/VP8");
  });

  test("is left to the browser when the two have none in common", () => {
    expect(chooseCodec(sendable, [])).toBeUndefined();
    expect(chooseCodec([{ mimeType: "video/H265" }], null)).toBeUndefined();
  });

  test("is known by its media type, however that is written", () => {
    expect(pictureCodecOf({ mimeType: "video/vp9" })).toBe("VP9");
    expect(pictureCodecOf({ mimeType: "video/rtx" })).toBeNull();
    expect(pictureCodecOf({ mimeType: "audio/opus" })).toBeNull();
  });
});
