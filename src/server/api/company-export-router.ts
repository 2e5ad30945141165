import { exportOfferInput, exportOfferSchema } from "@/protocol/provider-site";
import { readExportOffer } from "@/server/domain/companies/export-links";
import { createRouter, publicProcedure } from "./init";

/** For whoever holds the link to a closed company's data. The data itself is streamed by `/company-export/download`. */
export const companyExportRouter = createRouter({
  read: publicProcedure
    .input(exportOfferInput)
    .output(exportOfferSchema)
    .mutation(({ ctx, input }) => readExportOffer(ctx, input)),
});
