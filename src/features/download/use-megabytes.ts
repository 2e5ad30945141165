import { useFormatter } from "next-intl";

/** 10⁶ bytes, as browsers show downloads. */
const MEGABYTE = 1_000_000;

/** Sizes in words: `36 MB`. */
export function useMegabytes(): (bytes: number) => string {
  const format = useFormatter();
  return (bytes) => `${format.number(bytes / MEGABYTE, { maximumFractionDigits: 0 })} MB`;
}
