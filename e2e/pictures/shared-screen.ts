const texts = {
  en: {
    heading: "Printers",
    lead: "Choose the printer that this computer uses by default.",
    rows: ["Office printer, 2nd floor", "Label printer", "Print to file"],
    button: "Set as default",
  },
  ja: {
    heading: "プリンター",
    lead: "このコンピューターで普段使うプリンターを選んでください。",
    rows: ["2階の複合機", "ラベルプリンター", "ファイルへ出力"],
    button: "既定に設定",
  },
} as const;

/** A page that looks like what customers ask about, for the pictures: something to point at. */
export function sharedScreen(title: string, language: keyof typeof texts): string {
  const { heading, lead, rows, button } = texts[language];
  const list = rows
    .map(
      (row, index) =>
        `<li style="display:flex;justify-content:space-between;align-items:center;padding:18px 22px;border-top:1px solid #e3e5ea">
          <span>${row}</span>${index === 1 ? `<b style="background:#2f6fde;color:#fff;padding:8px 16px;border-radius:8px">${button}</b>` : ""}</li>`,
    )
    .join("");
  return `<title>${title}</title>
    <body style="margin:0;background:#dfe6f0;font:20px system-ui,'Noto Sans CJK JP',sans-serif;color:#1d2430">
      <main style="max-width:880px;margin:70px auto;background:#fff;border-radius:16px;padding:36px 44px">
        <h1 style="margin:0 0 8px;font-size:34px">${heading}</h1><p style="margin:0 0 26px;color:#566">${lead}</p>
        <ul style="list-style:none;margin:0;padding:0;border-bottom:1px solid #e3e5ea">${list}</ul>
      </main>`;
}
