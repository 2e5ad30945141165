import { z } from "zod";
import { auditActorSchema, auditPageSchema, auditQuerySchema } from "@/protocol/audit-log";
import { listAuditActors } from "@/server/domain/audit/audit-names";
import { listAuditEvents } from "@/server/domain/audit/list-audit-events";
import { adminProcedure, createRouter, providerProcedure } from "./init";

/** The audit log: a company's for its administrators, the provider's own for the provider. */
export const auditRouter = createRouter({
  list: adminProcedure
    .input(auditQuerySchema)
    .output(auditPageSchema)
    .query(({ ctx, input }) => listAuditEvents(ctx, input)),
  actors: adminProcedure
    .input(z.strictObject({}))
    .output(z.array(auditActorSchema))
    .query(({ ctx }) => listAuditActors(ctx)),
  listProvider: providerProcedure
    .input(auditQuerySchema)
    .output(auditPageSchema)
    .query(({ ctx, input }) => listAuditEvents(ctx, input)),
  providerActors: providerProcedure
    .input(z.strictObject({}))
    .output(z.array(auditActorSchema))
    .query(({ ctx }) => listAuditActors(ctx)),
});
