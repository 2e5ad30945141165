import { ErrorNotice } from "@/components/error-notice";
import type { Refusal } from "@/trpc/refusal";

/** Why a button of this step did not work; nothing while it did. */
export function ActionFailure({ refusal }: { refusal: Refusal | null }) {
  if (!refusal) return null;
  return (
    <ErrorNotice
      size="large"
      className="mt-6"
      code={refusal.code}
      retryAfterSeconds={refusal.retryAfterSeconds}
    />
  );
}
