interface CompanyMarkProps {
  companyName: string;
  logoUrl: string | null;
}

/** The company's logo, on white whatever the theme: logos are made for paper. Nothing for a company without one. */
export function CompanyMark({ companyName, logoUrl }: CompanyMarkProps) {
  if (logoUrl === null) return null;
  return (
    <span className="mx-auto mb-5 flex h-20 max-w-full items-center rounded border border-line bg-white px-5 py-3">
      {/* biome-ignore lint/performance/noImgElement: the server has it in one size, and says itself how long it may be kept. */}
      <img src={logoUrl} alt={companyName} className="max-h-full max-w-56 object-contain" />
    </span>
  );
}
