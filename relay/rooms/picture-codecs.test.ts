import { expect, test } from "vitest";
import { inCommon } from "./picture-codecs";

test.each([
  ["all of them while nobody looks", [], ["AV1", "H264", "VP9", "VP8"]],
  ["what the operator shows", [["VP8", "H264"]], ["H264", "VP8"]],
  ["what all show", [["AV1", "VP9", "VP8"], ["H264", "VP9", "VP8"], ["VP8"]], ["VP8"]],
  [
    "what the operator shows, where a supervisor shows nothing of it",
    [["AV1", "H264"], ["VP8"]],
    ["AV1", "H264"],
  ],
] as const)("the picture may have %s", (_name, decodable, codecs) => {
  expect(inCommon(decodable)).toEqual(codecs);
});
