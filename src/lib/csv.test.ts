import { expect, test } from "vitest";
import { CSV_BOM, csvRow } from "./csv";

test("fields are joined by commas and the line ends as RFC 4180 says", () => {
  expect(csvRow(["a", 1, null, "受付"])).toBe("a,1,,受付\r\n");
  expect(csvRow([])).toBe("\r\n");
});

test("quotes, commas and line breaks are kept inside quotes", () => {
  expect(csvRow(['say "hi"', "a,b", "two\nlines", "two\r\nlines"])).toBe(
    '"say ""hi""","a,b","two\nlines","two\r\nlines"\r\n',
  );
});

test.each([
  ["=1+1", "'=1+1"],
  ["+81 3", "'+81 3"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", `"'\r=1"`],
  ["＝1", "'＝1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
])("%j cannot become a formula", (text, written) => {
  expect(csvRow([text])).toBe(`${written}\r\n`);
});

test("what only contains such a character is left alone, and numbers stay numbers", () => {
  expect(csvRow(["a=b", "a-b", "me@example.com", -5, 0.5])).toBe("a=b,a-b,me@example.com,-5,0.5\r\n");
});

test("the mark is the one that spreadsheets know", () => {
  expect(Buffer.from(CSV_BOM)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
});
