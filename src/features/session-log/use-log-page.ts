"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { addLocalDays } from "@/lib/local-day";
import type { SessionLogPage } from "@/protocol/session-log";
import { useTRPCClient } from "@/trpc/client";
import { filterOf, type LogAddress, writeLogAddress } from "./log-address";

export type LogScope = "own" | "company";

const PAGE_SIZE = 50;
/** One call looks through so many sessions at most; a search goes on by itself for some hundred thousand before it asks. */
const CALLS_AT_ONCE = 20;

/** The page of the log that the address names. What was there before stays until it has come. */
export function useLogPage(scope: LogScope, address: LogAddress) {
  const client = useTRPCClient();
  return useQuery({
    // The day is part of it: "today" is another one tomorrow.
    queryKey: ["session-log", scope, writeLogAddress(address), addLocalDays(new Date(), 0).getTime()],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<SessionLogPage> => {
      const { sort, descending, direction } = address;
      const order = { scope, sort, descending, direction, ...filterOf(address, new Date()) };
      let gathered: SessionLogPage | null = null;
      let cursor = address.cursor;
      for (let call = 0; call < CALLS_AT_ONCE; call += 1) {
        const page: SessionLogPage = await client.log.list.query(
          { ...order, limit: PAGE_SIZE - (gathered?.rows.length ?? 0), ...(cursor !== "" && { cursor }) },
          { signal },
        );
        gathered = gathered === null ? page : joined(gathered, page, direction);
        const goOn: string | null = direction === "next" ? page.nextCursor : page.previousCursor;
        if (page.isFull || goOn === null || gathered.rows.length >= PAGE_SIZE)
          return { ...gathered, isFull: true };
        cursor = goOn;
      }
      return gathered ?? { rows: [], nextCursor: null, previousCursor: null, isFull: true };
    },
  });
}

/** Two pieces of one page. */
function joined(
  before: SessionLogPage,
  after: SessionLogPage,
  direction: LogAddress["direction"],
): SessionLogPage {
  const [upper, lower] = direction === "next" ? [before, after] : [after, before];
  return {
    rows: [...upper.rows, ...lower.rows],
    nextCursor: lower.nextCursor,
    previousCursor: upper.previousCursor,
    isFull: after.isFull,
  };
}
