"use client";

import { useTranslations } from "next-intl";
import { StatusDot, type Tone } from "@/components/badge";
import type { RelayRow } from "@/protocol/provider-site";

type RelayLook = Pick<RelayRow, "healthy" | "heard" | "givenUp" | "state" | "otherProtocol" | "sessions">;

/**
 * What a relay is doing. One that drains says so itself, and for how many sessions it still waits; one that is silent after that has
 * shut down as it said, and any other silent one cannot tell. One that answered nobody when sessions were to be saved is given up at
 * once, however lately it was heard of. One of another protocol version gets no sessions until it, or the management server, has been
 * updated.
 */
export function RelayState({ relay }: { relay: RelayLook }) {
  const t = useTranslations("provider.relays");
  const { key, tone } = look(relay);
  return <StatusDot tone={tone}>{t(key, { sessions: relay.sessions })}</StatusDot>;
}

type Look = {
  key: "ready" | "draining" | "shutDown" | "otherProtocol" | "unreachable" | "silent";
  tone: Tone;
};

function look({ healthy, heard, givenUp, state, otherProtocol }: RelayLook): Look {
  if (healthy) return { key: "ready", tone: "good" };
  if (heard && otherProtocol) return { key: "otherProtocol", tone: "stop" };
  if (givenUp) return { key: "unreachable", tone: "stop" };
  if (state === "draining") {
    return heard ? { key: "draining", tone: "warn" } : { key: "shutDown", tone: "neutral" };
  }
  return { key: "silent", tone: "stop" };
}
