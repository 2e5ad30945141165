import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";
import type { ErrorCode } from "@/lib/error-table";
import type { OperatorSessionView } from "@/protocol/session-views";
import { appErrorCode } from "@/trpc/app-error";
import { useTRPC } from "@/trpc/client";

/**
 * What the management server says about one of the operator's sessions, kept up to date. A broken connection comes back by
 * itself; a refusal does not.
 *
 * @param initial what the server knew when it rendered the page
 */
export function useSessionView(initial: OperatorSessionView): {
  view: OperatorSessionView;
  refusal: ErrorCode | null;
  retry: () => void;
} {
  const trpc = useTRPC();
  const [view, setView] = useState(initial);
  const { error, reset } = useSubscription(
    trpc.session.watch.subscriptionOptions({ sessionId: initial.sessionId }, { onData: setView }),
  );
  return { view, refusal: error ? appErrorCode(error) : null, retry: reset };
}
