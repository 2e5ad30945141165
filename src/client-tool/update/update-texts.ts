/** Why the tool goes on as it is. */
export type UpdateObstacle =
  | "offline"
  | "malformed"
  | "wrongSignature"
  | "expired"
  | "otherChannel"
  | "downgrade"
  | "noFile"
  | "damaged"
  | "interrupted"
  | "notStarted";

export interface UpdateTexts {
  /** @param percent 0 to 100 */
  updating: (percent: number) => string;
  readonly starting: string;
  readonly obstacles: Readonly<Record<UpdateObstacle, string>>;
  /** Said after the obstacle when the tool must not go on. */
  readonly tooOld: string;
}

const english: UpdateTexts = {
  updating: (percent) => `Updating… ${percent} %`,
  starting: "Starting the new version…",
  obstacles: {
    offline: "Whether there is a newer version cannot be found out.",
    malformed: "What the service says about newer versions cannot be understood.",
    wrongSignature: "What the service says about newer versions is not signed by the maker, and is ignored.",
    expired: "What the service says about newer versions is out of date, and is ignored.",
    otherChannel: "The service offers another kind of version, which is ignored.",
    downgrade: "The service offers an older version, which is refused.",
    noFile: "There is no newer version for this system.",
    damaged: "The newer version arrived damaged and was not used.",
    interrupted: "The newer version could not be downloaded.",
    notStarted: "The newer version did not start. The one before is used.",
  },
  tooOld:
    "This version is too old for the service. Download the Client Tool again from the page of the session.",
};

const japanese: UpdateTexts = {
  updating: (percent) => `更新しています… ${percent} %`,
  starting: "新しいバージョンを起動しています…",
  obstacles: {
    offline: "新しいバージョンの有無を確認できませんでした。",
    malformed: "新しいバージョンの情報を読み取れませんでした。",
    wrongSignature: "新しいバージョンの情報に正しい署名がないため、使用しません。",
    expired: "新しいバージョンの情報が有効期限切れのため、使用しません。",
    otherChannel: "別の種類のバージョンが提供されているため、使用しません。",
    downgrade: "古いバージョンが提供されているため、使用しません。",
    noFile: "このシステム用の新しいバージョンはありません。",
    damaged: "新しいバージョンのファイルが壊れていたため、使用しません。",
    interrupted: "新しいバージョンをダウンロードできませんでした。",
    notStarted: "新しいバージョンを起動できなかったため、元のバージョンを使用します。",
  },
  tooOld: "このバージョンは古いため使用できません。サポートのページから、もう一度ダウンロードしてください。",
};

export function updateTexts(language: "ja" | "en"): UpdateTexts {
  return language === "ja" ? japanese : english;
}
