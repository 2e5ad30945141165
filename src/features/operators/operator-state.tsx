import { useTranslations } from "next-intl";
import { StatusDot, type Tone } from "@/components/badge";
import type { OperatorState } from "@/protocol/operator-accounts";

const tones: Readonly<Record<OperatorState, Tone>> = {
  active: "good",
  invited: "accent",
  locked: "warn",
  disabled: "neutral",
};

/** Whether an account can sign in, in a word. */
export function OperatorStateWord({ state }: { state: OperatorState }) {
  const t = useTranslations("operators.states");
  return (
    <StatusDot tone={tones[state]} className="whitespace-nowrap">
      {t(state)}
    </StatusDot>
  );
}
