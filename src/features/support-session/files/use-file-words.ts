import { useFormatter, useLocale, useTranslations } from "next-intl";
import { formatDuration } from "@/lib/format-duration";
import type { FileView, TransferView } from "@/media/files/files-state";

const KILOBYTE = 1_000;
const MEGABYTE = 1_000_000;
const GIGABYTE = 1_000_000_000;
/** Longer than this nobody waits for: it is not worth a number. */
const LONGEST_SECONDS = 24 * 60 * 60;

/** How sizes, speeds and times of files are said. */
export function useFileWords() {
  const t = useTranslations("files.words");
  const offer = useTranslations("files.offer");
  const format = useFormatter();
  const locale = useLocale();

  const size = (bytes: number): string => {
    const number = (value: number, digits: number) =>
      format.number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    if (bytes >= GIGABYTE) return t("gigabytes", { value: number(bytes / GIGABYTE, 2) });
    if (bytes >= MEGABYTE) return t("megabytes", { value: number(bytes / MEGABYTE, 1) });
    if (bytes >= KILOBYTE) return t("kilobytes", { value: number(bytes / KILOBYTE, 0) });
    return t("bytes", { count: bytes });
  };

  /** How many files, and how many empty folders beside them. */
  const contents = (files: readonly FileView[]): string => {
    const folders = files.filter(({ isFolder }) => isFolder).length;
    const count = files.length - folders;
    if (folders === 0) return t("files", { count });
    return count === 0 ? t("folders", { count: folders }) : t("filesAndFolders", { count, folders });
  };

  /** One by its name, several by their number. */
  const what = ({ files }: TransferView): string => {
    const [only] = files;
    return files.length === 1 && only ? only.name : contents(files);
  };

  /** Where an offer goes, or what is there of it already. */
  const where = ({ kept, files }: TransferView): string => {
    if (kept === null) return offer("where");
    const values = { done: kept.files, count: files.length, size: size(kept.bytes) };
    if (files.length > 1) return offer("again", values);
    return kept.bytes > 0 ? offer("againOne", values) : offer("anew");
  };

  /** `4.2 MB/s · 1 min 20 s left`; empty until it is known. */
  const pace = ({ bytesPerSecond, totalBytes, doneBytes }: TransferView): string => {
    if (bytesPerSecond === null || bytesPerSecond < 1) return "";
    const seconds = Math.ceil((totalBytes - doneBytes) / bytesPerSecond);
    const speed = t("speed", { size: size(bytesPerSecond) });
    if (seconds > LONGEST_SECONDS) return speed;
    return t("pace", { speed, time: formatDuration(seconds, locale) });
  };

  return { size, contents, what, where, pace };
}
