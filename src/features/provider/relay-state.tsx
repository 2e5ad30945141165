"use client";

import { useTranslations } from "next-intl";
import { StatusDot, type Tone } from "@/components/badge";
import type { RelayRow } from "@/protocol/provider-site";

type RelayLook = Pick<RelayRow, "healthy" | "state" | "otherProtocol">;

/**
 * What a relay is doing. One that drains says so itself; one that is silent cannot. One of another protocol version gets no sessions
 * until it, or the management server, has been updated.
 */
export function RelayState({ relay }: { relay: RelayLook }) {
  const t = useTranslations("provider.relays");
  const { key, tone } = look(relay);
  return <StatusDot tone={tone}>{t(key)}</StatusDot>;
}

function look(relay: RelayLook): { key: "ready" | "draining" | "otherProtocol" | "silent"; tone: Tone } {
  if (relay.healthy) return { key: "ready", tone: "good" };
  if (relay.otherProtocol) return { key: "otherProtocol", tone: "stop" };
  return relay.state === "draining" ? { key: "draining", tone: "warn" } : { key: "silent", tone: "stop" };
}
