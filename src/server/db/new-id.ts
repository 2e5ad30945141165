import { v7 } from "uuid";

/** A fresh row id: UUID version 7 (RFC 9562), so that ids sort by age and stay together in an index. */
export function newId(): string {
  return v7();
}
