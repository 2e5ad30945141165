import type { Database } from "@/server/db/client";

/** Pictures that cannot carry a script; whatever else is stored is not handed out. */
const mediaTypes = ["image/png", "image/jpeg", "image/webp"];

export interface CompanyLogoFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly updatedAt: Date;
}

/** The picture that customers of a company see; null: it has none. */
export async function readCompanyLogo(db: Database, companyId: string): Promise<CompanyLogoFile | null> {
  return db.companyLogo.findFirst({
    where: { companyId, mediaType: { in: mediaTypes } },
    select: { content: true, mediaType: true, updatedAt: true },
  });
}
