import { expect, test } from "vitest";
import { PictureStall, type Received } from "./picture-stall";

/** What is asked for at each look. */
function asked(looks: readonly Received[]): boolean[] {
  const stall = new PictureStall();
  return looks.map((received) => stall.needsKeyFrame(received));
}

const looks = (count: number, at: (look: number) => Received) =>
  Array.from({ length: count }, (_, n) => at(n));

test("asks again and again until the first frame is decoded, then no more", () => {
  const waiting = looks(4, (n) => ({ framesDecoded: 0, packets: n, nacks: 0 }));
  const shown = looks(4, (n) => ({ framesDecoded: n + 1, packets: 10 + n, nacks: 0 }));
  expect(asked([...waiting, ...shown])).toEqual([false, true, false, true, false, false, false, false]);
});

test("asks when packets come and are missing, and nothing can be decoded of them", () => {
  const frozen = looks(4, (n) => ({ framesDecoded: 9, packets: 100 + n, nacks: n }));
  expect(asked(frozen)).toEqual([false, false, true, false]);
});

test("asks again only when the key frame has had its time", () => {
  const frozen = looks(12, (n) => ({ framesDecoded: 9, packets: 100 + n, nacks: n }));
  expect(asked(frozen).flatMap((isAsked, look) => (isAsked ? [look] : []))).toEqual([2, 10]);
});

test("a still screen, a large frame on a thin line and a mended loss are no stalls", () => {
  const still = looks(6, () => ({ framesDecoded: 9, packets: 100, nacks: 3 }));
  const thin = looks(6, (n) => ({ framesDecoded: 9, packets: 100 + n, nacks: 3 }));
  const mended = looks(6, (n) => ({ framesDecoded: 9 + n, packets: 100 + n, nacks: 3 + n }));
  for (const fine of [still, thin, mended]) expect(asked(fine)).not.toContain(true);
});
