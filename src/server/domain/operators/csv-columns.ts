import type { AccountLocale, OperatorRole } from "@/protocol/operator-accounts";

/**
 * The words by which columns and values of an operator file are known: those of our own export and template in both
 * languages, and what other systems' exports call the same thing.
 */
export const csvColumns = ["code", "name", "email", "role", "locale"] as const;
export type CsvColumn = (typeof csvColumns)[number];

/** Without these a file says nothing that could be used. */
export const requiredColumns: readonly CsvColumn[] = ["code", "name", "email"];

const headings: Readonly<Record<CsvColumn, readonly string[]>> = {
  code: [
    "id",
    "code",
    "operatorid",
    "userid",
    "loginid",
    "username",
    "ログインid",
    "ユーザーid",
    "ユーザid",
    "オペレーターid",
    "オペレータid",
    "コード",
  ],
  name: ["name", "fullname", "displayname", "氏名", "名前", "表示名", "担当者名", "オペレーター名"],
  email: [
    "email",
    "mail",
    "emailaddress",
    "mailaddress",
    "メール",
    "メールアドレス",
    "eメール",
    "電子メール",
  ],
  role: ["role", "権限", "役割", "ロール"],
  locale: ["language", "locale", "lang", "言語", "表示言語", "メールの言語"],
};

const roleWords: Readonly<Record<OperatorRole, readonly string[]>> = {
  administrator: ["administrator", "admin", "管理者"],
  supervisor: ["supervisor", "スーパーバイザー", "スーパーバイザ", "sv", "監督者"],
  operator: ["operator", "オペレーター", "オペレータ", "担当者", "一般"],
};

const localeWords: Readonly<Record<AccountLocale, readonly string[]>> = {
  ja: ["ja", "jp", "japanese", "日本語"],
  en: ["en", "english", "英語"],
};

/** The column that a heading names; null: one that is of no use here. */
export const columnOf = lookup(headings);
/** The role that a word means; null: none. */
export const roleOf = lookup(roleWords);
/** The language that a word means; null: none. */
export const localeOf = lookup(localeWords);

function lookup<Key extends string>(
  words: Readonly<Record<Key, readonly string[]>>,
): (text: string) => Key | null {
  const found = new Map<string, Key>();
  for (const key in words) for (const word of words[key]) found.set(plain(word), key);
  return (text) => found.get(plain(text)) ?? null;
}

/** Full and half width, capitals, spaces and signs make no difference. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_\-.*()（）]/g, "");
}
