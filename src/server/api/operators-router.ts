import { z } from "zod";
import {
  createOperatorInput,
  csvInput,
  importPreviewSchema,
  inviteOperatorInput,
  listOperatorsInput,
  operatorDetailSchema,
  operatorIdInput,
  operatorListSchema,
  seatsSchema,
  updateOperatorInput,
} from "@/protocol/operator-accounts";
import { createOperator } from "@/server/domain/operators/create-operator";
import { deleteOperator } from "@/server/domain/operators/delete-operator";
import { disableOperator, enableOperator } from "@/server/domain/operators/disable-operator";
import { importOperators, previewImport } from "@/server/domain/operators/import-operators";
import { inviteOperator, resendInvitation } from "@/server/domain/operators/invite-operator";
import { listOperators } from "@/server/domain/operators/list-operators";
import { readOperator } from "@/server/domain/operators/read-operator";
import { resetOperatorMfa } from "@/server/domain/operators/reset-operator-mfa";
import { resetOperatorPassword } from "@/server/domain/operators/reset-operator-password";
import { readSeats } from "@/server/domain/operators/seats";
import { unlockOperator } from "@/server/domain/operators/unlock-operator";
import { updateOperator } from "@/server/domain/operators/update-operator";
import { adminProcedure, createRouter } from "./init";

const nothing = z.strictObject({});

/** A company's accounts. */
export const operatorsRouter = createRouter({
  list: adminProcedure
    .input(listOperatorsInput)
    .output(operatorListSchema)
    .query(({ ctx, input }) => listOperators(ctx, input)),
  get: adminProcedure
    .input(operatorIdInput)
    .output(operatorDetailSchema)
    .query(({ ctx, input }) => readOperator(ctx, input)),
  seats: adminProcedure
    .input(nothing)
    .output(seatsSchema)
    .query(({ ctx }) => readSeats(ctx)),
  create: adminProcedure
    .input(createOperatorInput)
    .output(z.object({ operatorId: z.uuid(), password: z.string().nullable() }))
    .mutation(({ ctx, input }) => createOperator(ctx, input)),
  invite: adminProcedure
    .input(inviteOperatorInput)
    .output(z.object({ operatorId: z.uuid() }))
    .mutation(({ ctx, input }) => inviteOperator(ctx, input)),
  resendInvitation: adminProcedure
    .input(operatorIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => resendInvitation(ctx, input)),
  update: adminProcedure
    .input(updateOperatorInput)
    .output(nothing)
    .mutation(({ ctx, input }) => updateOperator(ctx, input)),
  disable: adminProcedure
    .input(operatorIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => disableOperator(ctx, input)),
  enable: adminProcedure
    .input(operatorIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => enableOperator(ctx, input)),
  delete: adminProcedure
    .input(operatorIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => deleteOperator(ctx, input)),
  unlock: adminProcedure
    .input(operatorIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => unlockOperator(ctx, input)),
  resetPassword: adminProcedure
    .input(operatorIdInput)
    .output(
      z.discriminatedUnion("by", [
        z.object({ by: z.literal("mail"), email: z.string() }),
        z.object({ by: z.literal("password"), password: z.string() }),
      ]),
    )
    .mutation(({ ctx, input }) => resetOperatorPassword(ctx, input)),
  resetMfa: adminProcedure
    .input(operatorIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => resetOperatorMfa(ctx, input)),
  previewImport: adminProcedure
    .input(csvInput)
    .output(importPreviewSchema)
    .mutation(({ ctx, input }) => previewImport(ctx, input)),
  import: adminProcedure
    .input(csvInput)
    .output(z.object({ created: z.int() }))
    .mutation(({ ctx, input }) => importOperators(ctx, input)),
});
