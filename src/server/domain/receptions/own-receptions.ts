import type { OperatorActor } from "@/server/domain/service-context";

/** The one place that says which reception numbers an operator may touch: the own ones, in the own company. */
export function ownReceptions(actor: OperatorActor) {
  return { operatorId: actor.operatorId, companyId: actor.companyId } as const;
}
