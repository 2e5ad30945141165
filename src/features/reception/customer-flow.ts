import { assertUnreachable } from "@/lib/assert-unreachable";
import type { EndReason } from "@/protocol/end-reason";
import type { CustomerSessionView } from "@/protocol/session-views";
import type { VideoSource } from "@/protocol/signalling";

/** What the customer shares. */
export interface Picture {
  readonly stream: MediaStream;
  readonly source: VideoSource;
}

/** How this page stands with the browser's picker. */
export type Sharing =
  | { readonly kind: "none" }
  | { readonly kind: "choosing"; readonly source: VideoSource }
  | {
      readonly kind: "not_captured";
      readonly why: "cancelled" | "refused_by_system" | "failed";
      readonly source: VideoSource;
    }
  | { readonly kind: "sharing"; readonly sessionId: string; readonly picture: Picture; readonly since: Date };

type View<Phase extends CustomerSessionView["phase"]> = Extract<CustomerSessionView, { phase: Phase }>;

/** The one thing that the customer page shows. */
export type Step =
  | { readonly kind: "loading" }
  | { readonly kind: "insecure" }
  | { readonly kind: "unsupported"; readonly inSession: boolean }
  | { readonly kind: "number" }
  | { readonly kind: "waiting"; readonly since: Date }
  | { readonly kind: "consent"; readonly view: View<"accepted">; readonly source: VideoSource }
  | { readonly kind: "choosing"; readonly source: VideoSource }
  | {
      readonly kind: "not_captured";
      readonly why: "cancelled" | "refused_by_system" | "failed";
      readonly source: VideoSource;
    }
  | {
      readonly kind: "live";
      readonly sessionId: string;
      readonly picture: Picture;
      readonly operatorName: string;
      readonly companyName: string;
      readonly startedAt: Date;
    }
  | { readonly kind: "interrupted"; readonly view: View<"live">; readonly source: VideoSource }
  | { readonly kind: "elsewhere"; readonly view: View<"live"> }
  | { readonly kind: "ended"; readonly reason: EndReason; readonly view: View<"ended"> | null };

/** Everything the step depends on. */
export interface FlowFacts {
  /** What the server says last; null: this browser has no session; undefined: not known yet. */
  readonly view: CustomerSessionView | null | undefined;
  readonly sharing: Sharing;
  /** What this browser can show; undefined while the server renders. */
  readonly ability: VideoSource | "none" | undefined;
  readonly isSecure: boolean;
  /** Whether another tab of this browser shares this session now; undefined: not known yet. */
  readonly sharedElsewhere: boolean | undefined;
  /** The session that this tab has seen before its end; null: none; undefined: not known yet. */
  readonly witnessed: string | null | undefined;
  /** The session whose end the customer has read and left behind. */
  readonly dismissed: string | null;
  /** An end that this page learnt from the relay, which may be ahead of the server. */
  readonly endedHere: { readonly sessionId: string; readonly reason: EndReason } | null;
}

/**
 * What to show now. The server's view leads; what the browser does at this moment (picking, sharing) refines it. A pure
 * function, so that no combination can be left without a page.
 */
export function currentStep(facts: FlowFacts): Step {
  const { view, ability, endedHere } = facts;
  if (view === undefined || ability === undefined) return { kind: "loading" };
  if (view === null || view.sessionId === facts.dismissed) return entrance(facts);
  if (endedHere?.sessionId === view.sessionId) {
    return { kind: "ended", reason: endedHere.reason, view: view.phase === "ended" ? view : null };
  }
  switch (view.phase) {
    case "waiting":
      return { kind: "waiting", since: view.since };
    case "accepted":
      return accepted(facts, view);
    case "live":
      return live(facts, view);
    case "ended":
      if (facts.witnessed === undefined) return { kind: "loading" };
      // An end from long ago, that only the cookie remembers, is not what somebody with a new number came for.
      return facts.witnessed === view.sessionId
        ? { kind: "ended", reason: view.reason, view }
        : entrance(facts);
    default:
      return assertUnreachable(view);
  }
}

/** A browser that cannot share is told so before it uses up a number. */
function entrance({ ability, isSecure }: FlowFacts): Step {
  if (ability !== "none") return { kind: "number" };
  return isSecure ? { kind: "unsupported", inSession: false } : { kind: "insecure" };
}

function accepted(facts: FlowFacts, view: View<"accepted">): Step {
  const { sharing, ability } = facts;
  // Between the picker's answer and the server's word that the session is live, the picture is already on its way.
  if (sharing.kind === "sharing" && sharing.sessionId === view.sessionId) {
    return { kind: "live", ...namesOf(view), picture: sharing.picture, startedAt: sharing.since };
  }
  const local = localStep(sharing);
  if (local) return local;
  if (ability === "screen" || ability === "camera") return { kind: "consent", view, source: ability };
  return { kind: "unsupported", inSession: true };
}

function live(facts: FlowFacts, view: View<"live">): Step {
  const { sharing, ability, sharedElsewhere } = facts;
  if (sharing.kind === "sharing" && sharing.sessionId === view.sessionId) {
    return { kind: "live", ...namesOf(view), picture: sharing.picture, startedAt: view.startedAt };
  }
  const local = localStep(sharing);
  if (local) return local;
  if (sharedElsewhere === undefined) return { kind: "loading" };
  if (sharedElsewhere) return { kind: "elsewhere", view };
  if (ability === "screen" || ability === "camera") return { kind: "interrupted", view, source: ability };
  return { kind: "unsupported", inSession: true };
}

function localStep(sharing: Sharing): Step | null {
  if (sharing.kind === "choosing") return { kind: "choosing", source: sharing.source };
  if (sharing.kind === "not_captured") {
    return { kind: "not_captured", why: sharing.why, source: sharing.source };
  }
  return null;
}

function namesOf({ sessionId, operatorName, companyName }: View<"accepted"> | View<"live">) {
  return { sessionId, operatorName, companyName };
}
