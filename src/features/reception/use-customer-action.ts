"use client";

import { useRef, useState } from "react";
import { type Refusal, refusalOf } from "@/trpc/refusal";

/** Something the customer can press: whether it is under way, and why it failed last. */
export interface CustomerAction {
  readonly run: () => void;
  readonly isBusy: boolean;
  readonly refusal: Refusal | null;
}

/**
 * A call that moves the session on. It stays busy after its success, until the step that the server's answer brings takes its
 * place; a second press meanwhile does nothing.
 */
export function useCustomerAction(call: () => Promise<unknown>): CustomerAction {
  const [state, setState] = useState<{ isBusy: boolean; refusal: Refusal | null }>({
    isBusy: false,
    refusal: null,
  });
  const isUnderWay = useRef(false);
  const run = () => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setState({ isBusy: true, refusal: null });
    call()
      .then(
        () => setState({ isBusy: false, refusal: null }),
        (error: unknown) => setState({ isBusy: false, refusal: refusalOf(error) }),
      )
      .finally(() => {
        isUnderWay.current = false;
      });
  };
  return { run, ...state };
}
