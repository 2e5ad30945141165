import { describe, expect, test, vi } from "vitest";
import { pictureCodecs, pictureModes } from "@/protocol/picture-mode";
import { applyPicture, encodingOf, pictureParameters } from "./picture-quality";

describe("the parameters of a mode", () => {
  test("keep a screen's every pixel unless motion was chosen", () => {
    expect(pictureParameters("sharp", "screen").degradationPreference).toBe("maintain-resolution");
    expect(pictureParameters("balanced", "screen").degradationPreference).toBe("maintain-resolution");
    expect(pictureParameters("fluid", "screen")).toMatchObject({
      contentHint: "detail",
      degradationPreference: "maintain-framerate",
    });
    expect(pictureParameters("fluid", "camera").contentHint).toBe("motion");
  });

  test("never ask for fewer frames in a more fluid mode", () => {
    for (const source of ["screen", "camera"] as const) {
      const rates = pictureModes.map((mode) => pictureParameters(mode, source).maxFramerate);
      expect(rates).toEqual([...rates].sort((a, b) => a - b));
    }
  });

  test("have the relay see AV1's key frames: Chromium describes frames of layered pictures alone", () => {
    const layers = pictureCodecs.map(
      (codec) => [codec, pictureParameters("balanced", "screen", codec)] as const,
    );
    for (const [codec, { scalabilityMode }] of layers) {
      expect(scalabilityMode, codec).toBe(codec === "AV1" ? "L1T2" : "L1T1");
    }
  });

  test("differ from mode to mode", () => {
    for (const source of ["screen", "camera"] as const) {
      const all = pictureModes.map((mode) => JSON.stringify(pictureParameters(mode, source)));
      expect(new Set(all).size).toBe(pictureModes.length);
    }
  });
});

test("a sender gets hint, limits and preference, and keeps what belongs to it", async () => {
  const parameters = pictureParameters("fluid", "camera");
  const track = { contentHint: "detail" };
  const setParameters = vi.fn(async () => {});
  const sender = {
    track,
    getParameters: () => ({
      transactionId: "7",
      codecs: [],
      encodings: [{ active: true, maxBitrate: 1 }],
      headerExtensions: [],
      rtcp: {},
    }),
    setParameters,
  };
  await applyPicture(sender, parameters);
  expect(track.contentHint).toBe("motion");
  expect(setParameters).toHaveBeenCalledWith(
    expect.objectContaining({
      transactionId: "7",
      degradationPreference: "maintain-framerate",
      encodings: [{ active: true, ...encodingOf(parameters) }],
    }),
  );
});

test("a sender without a track only gets the limits", async () => {
  const setParameters = vi.fn(async () => {});
  const getParameters = () => ({
    transactionId: "1",
    codecs: [],
    encodings: [{}],
    headerExtensions: [],
    rtcp: {},
  });
  await applyPicture({ track: null, getParameters, setParameters }, pictureParameters("sharp", "screen"));
  expect(setParameters).toHaveBeenCalledTimes(1);
});
