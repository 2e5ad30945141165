"use client";

import { CircleAlert, Hand, Hourglass, type LucideIcon, MousePointerClick } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { cn } from "@/lib/class-names";
import type { OperatorControl } from "@/media/control/operator-control";
import type { OperatorSnapshot } from "@/media/session-state";
import type { ControlState } from "./control-state";
import { canLockKeyboard } from "./keyboard-lock";

interface ControlBarProps {
  control: OperatorControl;
  snapshot: OperatorSnapshot;
  state: ControlState;
  isFullScreen: boolean;
}

type Tone = "plain" | "accent" | "warn";

/** Between the tools and the picture, so that it covers nothing: how it stands with control and the clipboard, and the way on. */
export function ControlBar({ control, snapshot, state, isFullScreen }: ControlBarProps) {
  const { words, detail, tone, icon: Icon, action } = useBar(control, snapshot, state, isFullScreen);
  const surface = useSurfaceWords(snapshot, state);
  const clipboard = useClipboardWords(snapshot);
  const isEmpty = words === null && clipboard === null;
  return (
    <div
      className={cn(
        "flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-1 text-15",
        tone === "accent" && "bg-accent-soft text-ink",
        tone === "warn" && "bg-warn-soft text-ink",
        tone === "plain" && "bg-surface text-ink",
        isEmpty && "hidden",
      )}
    >
      {words !== null && <Icon aria-hidden className="size-5 shrink-0" />}
      <p role="status" className="min-w-0 flex-1">
        {words !== null && <span className="font-semibold">{words}</span>}{" "}
        {detail !== null && (
          // On a phone, without a keyboard, the picture needs the room.
          <span
            id="control-way-out"
            className={cn("text-ink-muted", tone === "accent" && "hidden sm:inline")}
          >
            {detail}
          </span>
        )}
        {surface !== null && <span className="block">{surface}</span>}
        {clipboard !== null && (
          <span key={snapshot.control.clipboard.count} className="block">
            {clipboard}
          </span>
        )}
      </p>
      {action}
    </div>
  );
}

interface Bar {
  readonly words: string | null;
  readonly detail: string | null;
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly action: ReactNode;
}

function useBar(
  control: OperatorControl,
  { control: { ended, customerStep } }: OperatorSnapshot,
  state: ControlState,
  isFullScreen: boolean,
): Bar {
  const t = useTranslations("control.operator");
  const bar = (part: Partial<Bar>): Bar => ({
    words: null,
    detail: null,
    tone: "plain",
    icon: Hourglass,
    action: null,
    ...part,
  });
  switch (state.kind) {
    case "asked":
      return bar({
        words: t("asked"),
        detail: t(customerStep === "unsupported" ? "step.unsupported" : "askedDetail"),
        action: (
          <Button size="small" onClick={() => control.withdraw("control")}>
            {t("withdrawShort")}
          </Button>
        ),
      });
    case "resting":
    case "denied":
      return bar({
        words: t("denied"),
        detail: t(customerStep === "unsupported" ? "step.unsupported" : `${state.kind}Detail`),
        icon: Hand,
      });
    case "waitingForTool":
      return bar({
        words: t(
          state.step === "wholeScreen"
            ? "waitingForScreen"
            : state.isInterrupted
              ? "toolGone"
              : "waitingForTool",
        ),
        detail: t(`step.${state.step ?? (state.isInterrupted ? "interrupted" : "preparing")}`),
      });
    case "viewOnly":
      return bar({ words: t("viewOnly"), detail: t("viewOnlyDetail"), icon: MousePointerClick });
    case "controlling":
      if (state.hindrance === null) {
        const wayOut = isFullScreen && canLockKeyboard() ? "fullScreenDetail" : "controllingDetail";
        return bar({
          words: t("youControl"),
          detail: t(wayOut),
          tone: "accent",
          icon: MousePointerClick,
        });
      }
      return bar({
        words: t(`hindrance.${state.hindrance}`),
        detail: t(`wayOn.${state.hindrance}`),
        tone: "warn",
        icon: isTheCustomers(state.hindrance) ? Hand : CircleAlert,
      });
    default:
      return ended ? bar({ words: t(`ended.${ended}`), icon: Hand }) : bar({});
  }
}

/** Whether the customer has stopped the operator, and not the machine. */
function isTheCustomers(hindrance: string): boolean {
  return hindrance === "paused" || hindrance === "questioned" || hindrance === "unseen";
}

/** Where the customer's browser does not tell a window from the screen, the operator has to look; null: it does, or it does not matter. */
function useSurfaceWords({ control }: OperatorSnapshot, { kind }: ControlState): string | null {
  const t = useTranslations("control.operator");
  const isOnTheWay = kind === "waitingForTool" || kind === "controlling";
  return isOnTheWay && control.customerSurface === "unknown" ? t("unknownSurface") : null;
}

/** What came of the last exchange; null: nothing to say. */
function useClipboardWords({
  control: { clipboard, requests },
  permissions,
}: OperatorSnapshot): string | null {
  const t = useTranslations("control.operator.clipboard");
  if (clipboard.outcome !== null) return t(`outcome.${clipboard.outcome}`);
  if (permissions.clipboard || requests.clipboard === "none") return null;
  return t(`standing.${requests.clipboard}`);
}
