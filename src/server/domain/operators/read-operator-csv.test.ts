import { describe, expect, test } from "vitest";
import { messages } from "@/i18n/messages";
import { AppError } from "@/lib/app-error";
import { csvRow } from "@/lib/csv";
import { accountLocales, CSV_MAX_BYTES, CSV_MAX_ROWS, operatorRoles } from "@/protocol/operator-accounts";
import { columnOf, localeOf, roleOf } from "./csv-columns";
import { readOperatorCsv } from "./read-operator-csv";

/** `ID,氏名,メール,権限` and one row, as Excel on a Japanese Windows writes it. */
const SHIFT_JIS = Buffer.from(
  "49442c8e8196bc2c8381815b838b2c8ca08cc00d0a79616d6164612c8e529363" +
    "91be98592c79616d616461406578616d706c652e6a702c8ac7979d8ed20d0a",
  "hex",
);

function read(text: string, locale: "ja" | "en" = "en") {
  return readOperatorCsv(Buffer.from(text), locale);
}

function refusalOf(file: Uint8Array): string {
  try {
    readOperatorCsv(file, "en");
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return "taken";
}

describe("a file of operators", () => {
  test("is read with English headings", () => {
    expect(
      read("ID,Name,E-mail,Role,Language\r\nKim,Kim Lee,kim@example.com,Supervisor,Japanese\r\n"),
    ).toEqual([
      {
        line: 2,
        code: "kim",
        name: "Kim Lee",
        email: "kim@example.com",
        role: "supervisor",
        locale: "ja",
        problems: [],
      },
    ]);
  });

  test("is read in Shift_JIS with Japanese headings", () => {
    expect(readOperatorCsv(SHIFT_JIS, "ja")).toEqual([
      {
        line: 2,
        code: "yamada",
        name: "山田太郎",
        email: "yamada@example.jp",
        role: "administrator",
        locale: "ja",
        problems: [],
      },
    ]);
  });

  test.each([
    ["a UTF-8 mark", Buffer.from("\uFEFFID,Name,E-mail\nkim,Kim,kim@example.com\n")],
    [
      "UTF-16 with tabs, as Excel's Unicode text",
      Buffer.from("\uFEFFID\tName\tE-mail\r\nkim\tKim\tkim@example.com", "utf16le"),
    ],
    ["semicolons", Buffer.from("ID;Name;E-mail\nkim;Kim;kim@example.com")],
    ["line ends of old Macs", Buffer.from("ID,Name,E-mail\rkim,Kim,kim@example.com\r")],
    [
      "columns in another order, and some that mean nothing here",
      Buffer.from("Mail,x,User ID,Full Name\nkim@example.com,1,kim,Kim\n"),
    ],
    [
      "rows of commas, as spreadsheets leave them",
      Buffer.from("ID,Name,E-mail\n,,\nkim,Kim,kim@example.com\n,,\n"),
    ],
  ])("is read with %s", (_, file) => {
    expect(readOperatorCsv(file, "en")).toMatchObject([
      { code: "kim", name: "Kim", email: "kim@example.com", role: "operator", locale: "en", problems: [] },
    ]);
  });

  test("full-width letters and capitals of an ID and an address are what they look like", () => {
    expect(read("ID,Name,E-mail\nＹＡＭＡＤＡ０１,　山田　,ｙ@example.jp")).toMatchObject([
      { code: "yamada01", name: "山田", email: "y@example.jp", problems: [] },
    ]);
  });

  test("every problem of a row is named, with its line", () => {
    const rows = read(
      [
        "ID,Name,E-mail,Role,Language",
        "kim,Kim,kim@example.com,,",
        ",,,boss,Klingon",
        '"has space","two\nlines",nobody,operator,en',
        "KIM,Kim again,kim2@example.com,,",
      ].join("\n"),
    );
    expect(rows.map(({ line, problems }) => [line, problems])).toEqual([
      [2, []],
      [3, ["code_missing", "name_missing", "email_missing", "role_unknown", "language_unknown"]],
      [4, ["code_malformed", "name_malformed", "email_malformed"]],
      [6, ["code_twice"]],
    ]);
  });

  test.each([
    ["nothing", ""],
    ["a heading alone", "ID,Name,E-mail\n"],
    ["no heading", "kim,Kim,kim@example.com\n"],
    ["a column missing", "ID,Name\nkim,Kim\n"],
    ["a quote that is never closed", `ID,Name,E-mail\nkim,"Kim,kim@example.com\n${"x".repeat(20_000)}`],
    ["too many rows", `ID,Name,E-mail\n${"kim,Kim,kim@example.com\n".repeat(CSV_MAX_ROWS + 1)}`],
  ])("with %s is refused", (_, text) => {
    expect(refusalOf(Buffer.from(text))).toBe("CSV_INVALID");
  });

  test("that is a picture, or too large, is refused; the largest allowed is read", () => {
    expect(refusalOf(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00, 0x80]))).toBe("CSV_INVALID");
    expect(refusalOf(Buffer.alloc(CSV_MAX_BYTES + 1, "a"))).toBe("CSV_INVALID");
    expect(read(`ID,Name,E-mail\n${"kim,Kim,kim@example.com\n".repeat(CSV_MAX_ROWS)}`)).toHaveLength(
      CSV_MAX_ROWS,
    );
  });

  test("what our own export guards against spreadsheets comes back as it was", () => {
    const rows = read(`ID,Name,E-mail\n${csvRow(["kim", "=cmd|' /C calc'!A0", "+kim@example.com"])}`);
    expect(rows).toMatchObject([{ name: "=cmd|' /C calc'!A0", email: "+kim@example.com", problems: [] }]);
  });

  test.each(["en", "ja"] as const)("the words of our own export are understood: %s", (locale) => {
    const { csv, roles, languages } = messages[locale].operators;
    expect([csv.id, csv.name, csv.email, csv.role, csv.language].map(columnOf)).toEqual([
      "code",
      "name",
      "email",
      "role",
      "locale",
    ]);
    expect([csv.state, csv.lastSignIn].map(columnOf)).toEqual([null, null]);
    for (const role of operatorRoles) expect(roleOf(roles[role])).toBe(role);
    for (const language of accountLocales) expect(localeOf(languages[language])).toBe(language);
  });
});
