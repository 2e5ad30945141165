"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { ConsoleSnapshot } from "@/protocol/session-views";
import { receptionsInUse } from "./desk";
import { forgetNumbersExcept, rememberedNumbers, rememberNumber, tabStorage } from "./number-store";

/** The digits this tab knows, by reception id, and the way to learn new ones. */
export function useNumbers(snapshot: ConsoleSnapshot | null) {
  const [numbers, setNumbers] = useState<ReadonlyMap<string, string>>(() => rememberedNumbers(tabStorage()));

  const learn = useCallback((reception: { receptionId: string; number: string }) => {
    rememberNumber(tabStorage(), reception);
    setNumbers((before) => new Map(before).set(reception.receptionId, reception.number));
  }, []);

  // Only with the first snapshot: a later one may have been on its way while a number was issued.
  const tidied = useRef(false);
  useEffect(() => {
    if (!snapshot || tidied.current) return;
    tidied.current = true;
    forgetNumbersExcept(tabStorage(), receptionsInUse(snapshot));
  }, [snapshot]);

  return { numbers, learn };
}
