import { CSV_BOM, csvRow } from "@/lib/csv";

/** Offers a file that was made in the page. */
export function downloadCsv(fileName: string, rows: readonly (readonly string[])[]): void {
  const blob = new Blob([CSV_BOM, ...rows.map((row) => csvRow(row))], { type: "text/csv;charset=utf-8" });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken the address when the click returns; the memory is freed a moment later.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
