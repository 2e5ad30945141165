"use client";

import { useEffect } from "react";
import type { OperatorSession } from "@/media/operator-session";
import { useTRPCClient } from "@/trpc/client";

/** What one page sends; the server takes one in 10 s. */
const REPORT_INTERVAL_MS = 15_000;

/** Tells the management server now and then how the connection is, for the session's page in the log. */
export function useQualityReport(sessionId: string, session: OperatorSession): void {
  const client = useTRPCClient();
  useEffect(() => {
    const timer = setInterval(() => {
      const { connection, quality } = session.getSnapshot();
      if (connection.phase !== "live" || !quality) return;
      const { rttMs, lossRatio, framesPerSecond, bitrateBps } = quality;
      client.session.reportQuality
        .mutate({ sessionId, rttMs, lossRatio, framesPerSecond, bitrateBps })
        .catch(() => {
          // A measurement that is missing from a chart is not worth a word to somebody in a session; the next one comes.
        });
    }, REPORT_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [client, session, sessionId]);
}
