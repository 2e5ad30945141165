"use client";

import {
  Eraser,
  Expand,
  FolderUp,
  MessageSquareText,
  Minimize,
  MousePointer2,
  PanelRight,
  PenLine,
  Scan,
  Search,
} from "lucide-react";
import { useTranslations } from "next-intl";
import type { OperatorControl } from "@/media/control/operator-control";
import type { ChosenPicture } from "@/media/picture-choice";
import type { OperatorSnapshot } from "@/media/session-state";
import type { PenColor } from "@/protocol/data-channels";
import type { PictureMode } from "@/protocol/picture-mode";
import { ClipboardMenu } from "./clipboard-menu";
import { ControlButton } from "./control-button";
import { CombinationMenu, MonitorMenu } from "./control-menus";
import type { ControlState, RequestStanding } from "./control-state";
import { EndSession } from "./end-session";
import { PenColors } from "./pen-colors";
import type { ViewMode } from "./picture-geometry";
import { PictureModeMenu } from "./picture-mode-menu";
import type { Tool } from "./remote-screen";
import type { toolsAvailability } from "./session-notice";
import { ToolButton } from "./tool-button";
import { toolKeys } from "./tool-keys";

interface ToolStripProps {
  control: OperatorControl;
  snapshot: OperatorSnapshot;
  controlState: ControlState;
  clipboardStanding: RequestStanding;
  availability: ReturnType<typeof toolsAvailability>;
  tool: Tool;
  onTool: (tool: Exclude<Tool, "none">) => void;
  /** Puts away what is in hand. */
  onNoTool: () => void;
  color: PenColor;
  onColor: (color: PenColor) => void;
  hasStrokes: boolean;
  onClear: () => void;
  view: ViewMode;
  onView: (view: ViewMode) => void;
  fullScreen: { active: boolean; toggle: (() => void) | null };
  chosenPicture: ChosenPicture;
  onChoosePicture: (mode: PictureMode) => void;
  filesOpen: boolean;
  /** What the customer offers and nobody has answered. */
  fileOffers: number;
  onFiles: () => void;
  panelOpen: boolean;
  onPanel: () => void;
  unread: number;
  onEnd: () => void;
}

/** Everything the operator can do with the picture, in one row. */
export function ToolStrip(props: ToolStripProps) {
  const { availability, tool, color, hasStrokes, view, fullScreen, panelOpen, unread } = props;
  const { control, snapshot, controlState } = props;
  const t = useTranslations("session.tools");
  const files = useTranslations("files");
  const why = availability === "available" ? null : t(availability);
  return (
    <section
      aria-label={t("label")}
      className="flex min-h-12 flex-wrap items-center gap-1 border-line border-b bg-surface px-2 py-1"
    >
      <ControlButton
        control={control}
        state={controlState}
        hasOtherTool={tool !== "none"}
        onTakeOver={props.onNoTool}
      />
      {controlState.kind === "controlling" && (
        <>
          <CombinationMenu control={control} tool={snapshot.control.tool} />
          <MonitorMenu control={control} tool={snapshot.control.tool} />
        </>
      )}
      <ClipboardMenu control={control} snapshot={snapshot} standing={props.clipboardStanding} />
      <ToolButton
        icon={<FolderUp aria-hidden />}
        label={props.fileOffers > 0 ? files("tabOffers", { count: props.fileOffers }) : files("button")}
        badge={props.fileOffers}
        hint={files("hint")}
        pressed={props.filesOpen}
        compact
        onPress={props.onFiles}
      />
      <Divider />
      <ToolButton
        icon={<MousePointer2 aria-hidden />}
        label={t("pointer")}
        hint={t("pointerHint")}
        shortcut={toolKeys.pointer}
        pressed={tool === "pointer"}
        unavailable={why}
        onPress={() => props.onTool("pointer")}
      />
      <ToolButton
        icon={<PenLine aria-hidden />}
        label={t("pen")}
        hint={t("penHint")}
        shortcut={toolKeys.pen}
        pressed={tool === "pen"}
        unavailable={why}
        onPress={() => props.onTool("pen")}
      />
      <PenColors value={color} onChange={props.onColor} disabled={why !== null} />
      <ToolButton
        icon={<Eraser aria-hidden />}
        label={t("clear")}
        hint={t("clearHint")}
        shortcut={toolKeys.clear}
        unavailable={why ?? (hasStrokes ? null : t("nothingDrawn"))}
        compact
        onPress={props.onClear}
      />
      <Divider />
      <ToolButton
        icon={<Scan aria-hidden />}
        label={t("fit")}
        hint={t("fitHint")}
        shortcut={toolKeys.fit}
        pressed={view === "fit"}
        compact
        onPress={() => props.onView("fit")}
      />
      <ToolButton
        icon={<Search aria-hidden />}
        label={t("actual")}
        hint={t("actualHint")}
        shortcut={toolKeys.actual}
        pressed={view === "actual"}
        compact
        onPress={() => props.onView("actual")}
      />
      {fullScreen.toggle && (
        <ToolButton
          icon={fullScreen.active ? <Minimize aria-hidden /> : <Expand aria-hidden />}
          label={t("fullScreen")}
          hint={t(fullScreen.active ? "leaveFullScreen" : "fullScreenHint")}
          shortcut={toolKeys.fullScreen}
          pressed={fullScreen.active}
          compact
          onPress={fullScreen.toggle}
        />
      )}
      <PictureModeMenu chosen={props.chosenPicture} onChoose={props.onChoosePicture} />
      {/* In the room between the tools, so that nothing moves when there is something to say. */}
      <p className="hidden min-w-0 flex-1 truncate px-2 text-13 text-ink-muted md:block" aria-live="polite">
        {availability === "notAllowed" && why}
      </p>
      <span className="flex-1 md:hidden" />
      <ToolButton
        icon={unread > 0 ? <MessageSquareText aria-hidden /> : <PanelRight aria-hidden />}
        label={unread > 0 ? t("panelUnread", { count: unread }) : t("panel")}
        badge={unread}
        hint={t("panelHint")}
        shortcut={toolKeys.panel}
        pressed={panelOpen}
        compact="always"
        onPress={props.onPanel}
      />
      <EndSession onEnd={props.onEnd} />
    </section>
  );
}

function Divider() {
  return <span aria-hidden className="mx-1 h-6 w-px bg-line" />;
}
