interface Company {
  readonly name: string;
  readonly policy: { readonly displayName: string } | null;
  readonly logo: { readonly updatedAt: Date } | null;
}

/** How the company shows itself to its customers. */
export function companyFace(
  companyId: string,
  { name, policy, logo }: Company,
): { companyName: string; logoUrl: string | null } {
  return {
    companyName: policy?.displayName || name,
    logoUrl: logo && logoUrl(companyId, logo.updatedAt),
  };
}

/** Where a company's logo is to be had; another address for another picture, so that browsers may keep each for ever. */
export function logoUrl(companyId: string, updatedAt: Date): string {
  return `/logo/${companyId}?v=${updatedAt.getTime()}`;
}
