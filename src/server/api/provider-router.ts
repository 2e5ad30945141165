import { z } from "zod";
import * as site from "@/protocol/provider-site";
import { closeCompany, sendExportAgain } from "@/server/domain/companies/close-company";
import { createCompanyWithAdministrator } from "@/server/domain/companies/create-company-with-administrator";
import { inviteAdministrator } from "@/server/domain/companies/invite-administrator";
import { listCompanies, readCompany } from "@/server/domain/companies/list-companies";
import { suggestCompanyCode } from "@/server/domain/companies/suggest-company-code";
import { resumeCompany, suspendCompany } from "@/server/domain/companies/suspend-company";
import { updateCompany } from "@/server/domain/companies/update-company";
import {
  disableProviderAccount,
  enableProviderAccount,
  inviteProviderAccount,
  listProviderAccounts,
  resendProviderInvitation,
  resetProviderMfa,
  resetProviderPassword,
  updateProviderAccount,
} from "@/server/domain/provider/provider-accounts";
import { listRelays, providerOverview } from "@/server/domain/provider/provider-overview";
import { createRouter, providerProcedure } from "./init";

const nothing = z.strictObject({});
const exportSent = z.object({ exportRecipients: z.int() });

const companiesRouter = createRouter({
  list: providerProcedure
    .input(site.listCompaniesInput)
    .output(site.companyListSchema)
    .query(({ ctx, input }) => listCompanies(ctx, input)),
  get: providerProcedure
    .input(site.companyIdInput)
    .output(site.companyDetailSchema)
    .query(({ ctx, input }) => readCompany(ctx, input)),
  suggestCode: providerProcedure
    .input(site.companyNameInput)
    .output(z.object({ code: z.string() }))
    .query(({ ctx, input }) => suggestCompanyCode(ctx, input)),
  create: providerProcedure
    .input(site.createCompanyInput)
    .output(site.companyIdInput)
    .mutation(({ ctx, input }) => createCompanyWithAdministrator(ctx, input)),
  update: providerProcedure
    .input(site.updateCompanyInput)
    .output(nothing)
    .mutation(({ ctx, input }) => updateCompany(ctx, input)),
  inviteAdministrator: providerProcedure
    .input(site.inviteAdministratorInput)
    .output(nothing)
    .mutation(({ ctx, input }) => inviteAdministrator(ctx, input)),
  suspend: providerProcedure
    .input(site.suspendCompanyInput)
    .output(nothing)
    .mutation(({ ctx, input }) => suspendCompany(ctx, input)),
  resume: providerProcedure
    .input(site.companyIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => resumeCompany(ctx, input)),
  close: providerProcedure
    .input(site.closeCompanyInput)
    .output(exportSent)
    .mutation(({ ctx, input }) => closeCompany(ctx, input)),
  sendExportAgain: providerProcedure
    .input(site.companyIdInput)
    .output(exportSent)
    .mutation(({ ctx, input }) => sendExportAgain(ctx, input)),
});

const accountsRouter = createRouter({
  list: providerProcedure
    .input(nothing)
    .output(z.array(site.providerAccountRowSchema))
    .query(({ ctx }) => listProviderAccounts(ctx)),
  invite: providerProcedure
    .input(site.createProviderAccountInput)
    .output(site.providerAccountIdInput)
    .mutation(({ ctx, input }) => inviteProviderAccount(ctx, input)),
  resendInvitation: providerProcedure
    .input(site.providerAccountIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => resendProviderInvitation(ctx, input)),
  update: providerProcedure
    .input(site.updateProviderAccountInput)
    .output(nothing)
    .mutation(({ ctx, input }) => updateProviderAccount(ctx, input)),
  disable: providerProcedure
    .input(site.providerAccountIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => disableProviderAccount(ctx, input)),
  enable: providerProcedure
    .input(site.providerAccountIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => enableProviderAccount(ctx, input)),
  resetPassword: providerProcedure
    .input(site.providerAccountIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => resetProviderPassword(ctx, input)),
  resetMfa: providerProcedure
    .input(site.providerAccountIdInput)
    .output(nothing)
    .mutation(({ ctx, input }) => resetProviderMfa(ctx, input)),
});

/** For the people who run the service. */
export const providerRouter = createRouter({
  overview: providerProcedure
    .input(site.providerOverviewInput)
    .output(site.providerOverviewSchema)
    .query(({ ctx, input }) => providerOverview(ctx, input)),
  relays: providerProcedure
    .input(nothing)
    .output(z.array(site.relayRowSchema))
    .query(({ ctx }) => listRelays(ctx)),
  companies: companiesRouter,
  accounts: accountsRouter,
});
