import { randomInt } from "node:crypto";
import { RECEPTION_NUMBER_MAX, RECEPTION_NUMBER_MIN } from "@/protocol/reception-number";

/** Draws six digits, each of the 900,000 numbers with the same chance (`randomInt` rejects the biased remainder). */
export function drawReceptionNumber(): string {
  return String(randomInt(RECEPTION_NUMBER_MIN, RECEPTION_NUMBER_MAX + 1));
}
