"use client";

import { useFormatter, useTranslations } from "next-intl";
import { permissionsSchema } from "@/protocol/permissions";
import type { SessionDetail, TimelineEvent } from "@/protocol/session-log";

const known = {
  "reception.issued": "reception_issued",
  "reception.redeemed": "reception_redeemed",
  "session.accepted": "session_accepted",
  "session.agreed": "session_agreed",
  "session.relay_assigned": "session_relay_assigned",
  "session.permissions_changed": "session_permissions_changed",
  "session.tool_offered": "session_tool_offered",
  "session.tool_paired": "session_tool_paired",
  "session.tool_joined": "session_tool_joined",
  "session.tool_left": "session_tool_left",
  "session.tool_revoked_control": "session_tool_revoked_control",
  "supervision.observed": "supervision_observed",
  "supervision.ended": "supervision_ended",
  "session.filed": "session_filed",
  "session.note_changed": "session_note_changed",
  "session.erased": "session_erased",
  "session.ended": "session_ended",
} as const;

function isKnown(action: string): action is keyof typeof known {
  return Object.hasOwn(known, action);
}

/** What happened, in order, as sentences. */
export function Timeline({ events }: { events: SessionDetail["timeline"] }) {
  const t = useTranslations("sessionLog.page");
  const format = useFormatter();
  const sentence = useSentence();
  return (
    <section>
      <h2 className="font-semibold text-18">{t("timeline")}</h2>
      {events.length === 0 ? (
        <p className="mt-2 text-15 text-ink-muted">{t("timelineEmpty")}</p>
      ) : (
        <ol className="mt-3">
          {events.map((event) => (
            <li
              key={event.eventId}
              className="relative ml-1 grid gap-x-4 border-line border-l pb-4 pl-5 text-15 last:border-transparent last:pb-0 sm:grid-cols-[7rem_1fr]"
            >
              <span
                aria-hidden
                className="absolute top-2 -left-[5px] size-[9px] rounded-full border-2 border-surface bg-accent"
              />
              <time
                dateTime={event.at.toISOString()}
                title={format.dateTime(event.at, { dateStyle: "full", timeStyle: "medium" })}
                className="text-13 text-ink-muted leading-6 tabular-nums"
              >
                {format.dateTime(event.at, { timeStyle: "medium" })}
              </time>
              <p>{sentence(event)}</p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function useSentence(): (event: TimelineEvent) => string {
  const t = useTranslations("sessionLog");
  const reasons = useTranslations("endReasons");
  const format = useFormatter();
  return (event) => {
    const actor = event.actorName ?? t(`actors.${event.actor}`);
    if (!isKnown(event.action)) return t("events.other", { actor, action: event.action });
    const allowed = permissionsSchema
      .keyof()
      .options.filter((name) => event.permissions?.[name])
      .map((name) => t(`permissions.${name}`));
    return t(`events.${known[event.action]}`, {
      actor,
      relay: event.relay ?? "–",
      reason: event.endReason ? reasons(`${event.endReason}.short`) : "–",
      permissions: allowed.length > 0 ? format.list(allowed) : t("permissions.nothing"),
    });
  };
}
