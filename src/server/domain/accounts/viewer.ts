import { z } from "zod";
import type { OperatorActor, ProviderActor } from "@/server/domain/service-context";

/** What a page may know about the person who looks at it; null: nobody is signed in. */
export const viewerSchema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("operator"),
      operatorName: z.string(),
      companyName: z.string(),
      role: z.enum(["administrator", "supervisor", "operator"]),
    }),
    z.object({ kind: z.literal("provider"), name: z.string() }),
  ])
  .nullable();
export type Viewer = z.infer<typeof viewerSchema>;

/** The viewer behind a sign-in. */
export function viewerOf(actor: OperatorActor | ProviderActor | null): Viewer {
  if (!actor) return null;
  return actor.kind === "operator"
    ? {
        kind: "operator",
        operatorName: actor.operatorName,
        companyName: actor.companyName,
        role: actor.role,
      }
    : { kind: "provider", name: actor.name };
}
