"use client";

import { useTranslations } from "next-intl";
import type { ReactNode, Ref } from "react";
import { Tabs } from "@/components/tabs";
import { cn } from "@/lib/class-names";
import type { OperatorSnapshot } from "@/media/session-state";
import type { ToolDevice } from "@/protocol/client-tool";
import type { DeviceInformation } from "@/protocol/device-information";
import { ChatPanel } from "./chat-panel";
import { DevicePanel } from "./device-panel";
import { NotesPanel } from "./notes-panel";

export type PanelTab = "chat" | "files" | "device" | "notes";

interface SidePanelProps {
  sessionId: string;
  open: boolean;
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  snapshot: OperatorSnapshot;
  device: DeviceInformation | null;
  toolDevice: ToolDevice | null;
  files: { label: string; content: ReactNode };
  unread: number;
  onSend: (text: string) => boolean;
  fieldRef: Ref<HTMLTextAreaElement>;
}

/**
 * Chat, device and notes, beside the picture, or below it in a narrow window; never over it. Folded, it stays in the page, so that
 * a half-written message is not lost.
 */
export function SidePanel({
  sessionId,
  open,
  tab,
  onTab,
  snapshot,
  device,
  toolDevice,
  files,
  unread,
  onSend,
  fieldRef,
}: SidePanelProps) {
  const t = useTranslations("session");
  const log = useTranslations("sessionLog.note");
  return (
    <aside
      aria-label={t("panel.label")}
      className={cn(
        "h-[42%] min-h-64 shrink-0 flex-col border-line border-t bg-ground lg:h-auto lg:min-h-0 lg:w-84 lg:border-t-0 lg:border-l",
        open ? "flex" : "hidden",
      )}
    >
      <Tabs
        label={t("panel.label")}
        value={tab}
        onChange={onTab}
        className="min-h-0 flex-1"
        // The panel itself takes the focus, so that what is longer can be scrolled by keyboard.
        contentClassName="overflow-y-auto focus-visible:-outline-offset-2"
        tabs={[
          {
            value: "chat",
            label: unread > 0 ? t("panel.chatUnread", { count: unread }) : t("panel.chat"),
            keepMounted: true,
            content: (
              <ChatPanel
                className="h-full"
                entries={snapshot.chat}
                otherName={t("bar.unknownCustomer")}
                onSend={onSend}
                fieldRef={fieldRef}
              />
            ),
          },
          {
            value: "files",
            label: files.label,
            // What is under way stays in sight of the page, and files can be dropped whatever tab is shown.
            keepMounted: true,
            content: files.content,
          },
          {
            value: "device",
            label: t("panel.device"),
            content: <DevicePanel device={device} toolDevice={toolDevice} picture={snapshot.picture} />,
          },
          {
            value: "notes",
            label: log("heading"),
            keepMounted: true,
            content: (
              <div className="p-4">
                <NotesPanel sessionId={sessionId} />
              </div>
            ),
          },
        ]}
      />
    </aside>
  );
}
