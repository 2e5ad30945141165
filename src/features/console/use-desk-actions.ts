"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useCallback, useMemo, useState } from "react";
import type { ReceptionView } from "@/protocol/session-views";
import { useTRPC } from "@/trpc/client";
import { type Refusal, refusalOf } from "@/trpc/refusal";
import { onceAtATime } from "./once-at-a-time";

interface DeskActionsOptions {
  learn: (reception: { receptionId: string; number: string }) => void;
  changeReceptions: (change: (receptions: ReceptionView[]) => ReceptionView[]) => void;
  onIssued: (number: string) => void;
  onCancelled: () => void;
}

/** What the operator does at the desk. A refusal is kept until the next action or until it is dismissed. */
export function useDeskActions({ learn, changeReceptions, onIssued, onCancelled }: DeskActionsOptions) {
  const trpc = useTRPC();
  const router = useRouter();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [cancelling, setCancelling] = useState<ReadonlySet<string>>(new Set());
  const [answering, setAnswering] = useState<ReadonlyMap<string, "accept" | "decline">>(new Map());

  const issueMutation = useMutation(trpc.reception.issue.mutationOptions());
  const cancelMutation = useMutation(trpc.reception.cancel.mutationOptions());
  const acceptMutation = useMutation(trpc.session.accept.mutationOptions());
  const declineMutation = useMutation(trpc.session.decline.mutationOptions());

  const issueAsync = issueMutation.mutateAsync;
  const issueOnce = useMemo(() => onceAtATime(() => issueAsync({})), [issueAsync]);

  const issue = useCallback(async () => {
    setRefusal(null);
    try {
      const issued = await issueOnce();
      if (!issued) return;
      learn(issued);
      changeReceptions((receptions) => [
        ...receptions.filter((reception) => reception.receptionId !== issued.receptionId),
        issued,
      ]);
      onIssued(issued.number);
    } catch (error) {
      setRefusal(refusalOf(error));
    }
  }, [issueOnce, learn, changeReceptions, onIssued]);

  const cancel = async (receptionId: string) => {
    if (cancelling.has(receptionId)) return;
    setRefusal(null);
    setCancelling((before) => new Set(before).add(receptionId));
    try {
      await cancelMutation.mutateAsync({ receptionId });
      changeReceptions((receptions) =>
        receptions.filter((reception) => reception.receptionId !== receptionId),
      );
      onCancelled();
    } catch (error) {
      setRefusal(refusalOf(error));
    } finally {
      setCancelling((before) => new Set([...before].filter((id) => id !== receptionId)));
    }
  };

  const answer = async (sessionId: string, how: "accept" | "decline") => {
    if (answering.has(sessionId)) return;
    setRefusal(null);
    setAnswering((before) => new Map(before).set(sessionId, how));
    try {
      if (how === "accept") {
        await acceptMutation.mutateAsync({ sessionId });
        router.push(`/console/sessions/${sessionId}`);
        // Busy until the session's page is there.
        return;
      }
      await declineMutation.mutateAsync({ sessionId });
    } catch (error) {
      setRefusal(refusalOf(error));
    }
    setAnswering((before) => new Map([...before].filter(([id]) => id !== sessionId)));
  };

  return {
    issue,
    cancel,
    accept: (sessionId: string) => answer(sessionId, "accept"),
    decline: (sessionId: string) => answer(sessionId, "decline"),
    issuing: issueMutation.isPending,
    cancelling,
    answering,
    refusal,
    dismissRefusal: () => setRefusal(null),
  };
}
