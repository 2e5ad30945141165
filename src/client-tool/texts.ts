import type { ControlObstacle } from "@/protocol/control";
import type { EndReason } from "@/protocol/end-reason";
import type { FailureKind } from "./tool-failure";
import type { ToolLanguage, ToolWindowTexts } from "./window/tool-window";

/** Who wants to control, and what was agreed to on the customer's page. */
export interface Operator {
  readonly operatorName: string;
  readonly companyName: string;
  readonly sharesDevice: boolean;
}

/** How control is going, as far as the customer sees it in the window. */
export type ControlSituation =
  /** With the monitor that is shared, where there are several. */
  | { readonly is: "controlled"; readonly monitor?: string | undefined }
  | { readonly is: "paused" }
  | { readonly is: "blocked"; readonly obstacle: ControlObstacle }
  | { readonly is: "waiting" }
  /** The customer's page is not there. */
  | { readonly is: "unwatched" }
  | { readonly is: "reconnecting" };

/** Everything that the tool says, in one language. */
export interface ToolTexts {
  readonly connecting: string;
  readonly joining: string;
  window: (operator: Operator, situation: ControlSituation) => ToolWindowTexts;
  /** Control has ended, the session has not. */
  readonly controlEnded: string;
  sessionEnded: (reason: EndReason | null) => string;
  /** What, why, and what to do now. @param host of the service */
  failure: (kind: FailureKind, host: string) => string;
  readonly help: string;
}

const english: ToolTexts = {
  connecting: "Connecting…",
  joining: "Joining the session…",
  window: ({ operatorName, companyName, sharesDevice }, situation) => ({
    title: "Madoguchi – Remote control",
    question: `${operatorName} of ${companyName} wants to control this computer.`,
    details: [
      "If you answer Yes, they can use the mouse and the keyboard, and you see everything they do.",
      "Your own mouse always comes first. Press Esc three times, or Stop, to end control at once.",
      ...(sharesDevice ? ["As you agreed on the web page, they also see details of this computer."] : []),
    ].join("\n"),
    yes: "Yes",
    no: "No",
    controlling: englishSituation(situation, `${operatorName} of ${companyName}`),
    stop: "Stop",
    close: "Close",
  }),
  controlEnded:
    "Control has ended. Only you use this computer now.\nThe session goes on in your browser, where you can allow control again. Otherwise, close this window.",
  sessionEnded: (reason) =>
    `${englishReason(reason)} Nobody can control this computer any more.\nNothing was installed. You can delete the file that you downloaded.`,
  failure: (kind, host) => englishFailures[kind].replaceAll("{host}", host),
  help: [
    "Madoguchi Client Tool: lets the operator of a support session control this computer, with your consent.",
    "",
    "It is started from the file that the page of the session offers, whose name says where to connect.",
    "",
    "  --pairing=<name>  that file's name, where the tool has another one",
    "  --version         prints the version",
    "  --help            prints this",
    "",
    "Exit codes: 0 ended, 1 internal error, 2 wrong arguments or file name, 3 pairing expired or used,",
    "4 service unreachable, 5 certificate not trusted, 6 customer said no, 7 session ended or refused, 8 version.",
  ].join("\n"),
};

function englishSituation(situation: ControlSituation, who: string): string {
  switch (situation.is) {
    case "controlled":
      return `${who} can control this computer.${situation.monitor === undefined ? "" : ` The shared monitor is ${situation.monitor}.`}\nYour own mouse always comes first. Esc three times ends control.`;
    case "paused":
      return `You are using the mouse, so ${who} has to wait.`;
    case "blocked":
      return englishObstacles[situation.obstacle];
    case "waiting":
      return `Waiting until ${who} is back…`;
    case "unwatched":
      return "Your browser page is closed or not connected, and nobody controls this computer now.\nWaiting until the page is back…";
    case "reconnecting":
      return "The connection was interrupted, and nobody controls this computer now.\nReconnecting…";
  }
}

const englishObstacles: Record<ControlObstacle, string> = {
  wayland:
    "This desktop lets no program use the mouse and the keyboard (Wayland), so control does not work. To allow it, sign out and choose a session with “Xorg” or “X11” when you sign in.",
  no_display:
    "No screen was found, so there is nothing to control. Start the tool on the computer's own desktop.",
  missing_permission:
    "macOS does not let the tool control this computer yet. Open System Settings, Privacy & Security, Accessibility, and switch on this tool. Control begins by itself then.",
  locked: "The screen is locked, so control has to wait. Unlock it to go on.",
  secure_prompt:
    "A question of Windows, or a program with an administrator's rights, is in front: only you can use that. To go on, answer it, or bring another window to the front.",
  failed:
    "The system refused control just now. It is tried again all the time. If it stays like this, start the tool anew.",
};

function englishReason(reason: EndReason | null): string {
  switch (reason) {
    case "ended_by_operator":
      return "The operator has ended the session.";
    case "stopped_by_customer":
      return "You have ended the session.";
    case "connection_lost":
      return "The connection was lost for too long, so the session has ended.";
    default:
      return "The session has ended.";
  }
}

const englishFailures: Record<FailureKind, string> = {
  unknownArgument:
    "The tool was started with an argument that it does not know. Start it with --help to see which there are.",
  notPaired:
    "The tool does not know which session it belongs to. Its file has been renamed, or it was not downloaded from the session's page. Please download it there again.",
  pairingExpired:
    "This download has expired. It works for 10 minutes. Please download the tool again on the session's page in your browser.",
  pairingUsed:
    "This download has been used already. It works once. Please download the tool again on the session's page in your browser.",
  pairingUnknown:
    "This download is not valid any more. It has expired, has been used, or the session has ended. Please download the tool again on the session's page in your browser.",
  unreachable:
    "{host} cannot be reached. Your network may be down, or it may not let the tool through. Please check your connection and start the tool again.",
  proxy:
    "{host} cannot be reached: the proxy of your network does not let the tool through. It may ask for a name and a password, which the tool reads from HTTPS_PROXY. Please ask whoever looks after your network.",
  noRelay:
    "The session cannot be joined. The service may be busy, or your network does not let the tool through. Please wait a moment, and download the tool again on the session's page.",
  connectionLost:
    "The connection to the session was lost and did not come back. Nobody controls this computer. Please check your network, and download the tool again if the session goes on.",
  busy: "There were too many tries in a short time. Please wait a minute and download the tool again on the session's page.",
  certificate:
    "{host} could not prove that it is what it says it is: its certificate is not trusted here. For your safety, nothing was sent. Please tell your operator.",
  clock:
    "{host} could not prove that it is what it says it is: its certificate is not valid at this computer's date. Please check date and time of this computer, and start the tool again.",
  declined: "You answered No, so nobody can control this computer. The session goes on in your browser.",
  sessionEnded: "The session has ended, so there is nothing to join. Nobody can control this computer.",
  refused:
    "The session did not let the tool in. Control may not be allowed any more. Please allow it again on the session's page and download the tool from there.",
  replaced: "The tool was started a second time, and the newer one has taken over. This one has ended.",
  version:
    "This version of the tool does not fit the service. Please download the tool again on the session's page in your browser.",
  internal:
    "Something went wrong in the tool. Nobody controls this computer. Please download the tool again on the session's page. If it happens again, tell your operator.",
};

const japanese: ToolTexts = {
  connecting: "接続しています…",
  joining: "セッションに参加しています…",
  window: ({ operatorName, companyName, sharesDevice }, situation) => ({
    title: "Madoguchi – リモート操作",
    question: `${companyName}の${operatorName}が、このパソコンの操作を求めています。`,
    details: [
      "「はい」を選ぶと、オペレーターがマウスとキーボードを使えるようになります。操作はすべて画面で確認できます。",
      "お客様のマウスの動きが常に優先されます。Escキーを3回押すか「停止」を押すと、すぐに操作が終わります。",
      ...(sharesDevice
        ? ["ウェブページで同意いただいたとおり、このパソコンの情報もオペレーターに表示されます。"]
        : []),
    ].join("\n"),
    yes: "はい",
    no: "いいえ",
    controlling: japaneseSituation(situation, `${companyName}の${operatorName}`),
    stop: "停止",
    close: "閉じる",
  }),
  controlEnded:
    "操作は終わりました。このパソコンを使えるのはお客様だけです。\nセッションはブラウザーで続いています。操作はブラウザーの画面から再び許可できます。不要な場合は、このウィンドウを閉じてください。",
  sessionEnded: (reason) =>
    `${japaneseReason(reason)}このパソコンはもう操作されません。\n何もインストールされていません。ダウンロードしたファイルは削除してかまいません。`,
  failure: (kind, host) => japaneseFailures[kind].replaceAll("{host}", host),
  help: [
    "Madoguchi クライアントツール：お客様の同意のもとで、サポートのオペレーターがこのパソコンを操作できるようにします。",
    "",
    "セッションのページからダウンロードしたファイルを開いて使います。接続先はファイル名に含まれています。",
    "",
    "  --pairing=<名前>  ファイル名を変えた場合に、もとのファイル名を指定します",
    "  --version         バージョンを表示します",
    "  --help            この説明を表示します",
    "",
    "終了コード：0 終了、1 内部エラー、2 引数またはファイル名の誤り、3 ダウンロードの期限切れ・使用済み、",
    "4 接続不可、5 証明書の問題、6 お客様が拒否、7 セッションの終了または拒否、8 バージョンの不一致",
  ].join("\n"),
};

function japaneseSituation(situation: ControlSituation, who: string): string {
  switch (situation.is) {
    case "controlled":
      return `${who}が、このパソコンを操作できます。${situation.monitor === undefined ? "" : `共有中のモニターは ${situation.monitor} です。`}\nお客様のマウスの動きが常に優先されます。Escキーを3回押すと操作が終わります。`;
    case "paused":
      return `お客様がマウスを使っているため、${who}の操作を止めています。`;
    case "blocked":
      return japaneseObstacles[situation.obstacle];
    case "waiting":
      return `${who}が戻るのを待っています…`;
    case "unwatched":
      return "ブラウザーのページが閉じられたか、つながっていません。今は誰もこのパソコンを操作できません。\nページが戻るのを待っています…";
    case "reconnecting":
      return "接続が途切れました。今は誰もこのパソコンを操作できません。\n再接続しています…";
  }
}

const japaneseObstacles: Record<ControlObstacle, string> = {
  wayland:
    "このデスクトップ（Wayland）では、プログラムがマウスやキーボードを操作できません。操作を許可するには、いったんログアウトし、ログイン画面で「Xorg」または「X11」のセッションを選んでください。",
  no_display: "画面が見つからないため、操作できません。パソコンのデスクトップでツールを起動してください。",
  missing_permission:
    "macOSの許可がまだないため、操作できません。「システム設定」→「プライバシーとセキュリティ」→「アクセシビリティ」で、このツールをオンにしてください。許可すると自動的に操作が始まります。",
  locked: "画面がロックされているため、操作を待っています。続けるには、ロックを解除してください。",
  secure_prompt:
    "Windowsの確認、または管理者の権限で動くプログラムが前面にあり、操作できるのはお客様だけです。続けるには、確認に答えるか、別のウィンドウを前面に出してください。",
  failed:
    "システムが操作を受け付けませんでした。自動的に再試行しています。続く場合は、ツールを起動し直してください。",
};

function japaneseReason(reason: EndReason | null): string {
  switch (reason) {
    case "ended_by_operator":
      return "オペレーターがセッションを終了しました。";
    case "stopped_by_customer":
      return "セッションを終了しました。";
    case "connection_lost":
      return "接続が長く途切れたため、セッションが終了しました。";
    default:
      return "セッションが終了しました。";
  }
}

const japaneseFailures: Record<FailureKind, string> = {
  unknownArgument: "指定された引数が正しくありません。使い方は --help で確認できます。",
  notPaired:
    "どのセッションのツールかを確認できません。ファイル名が変更されたか、セッションのページ以外から入手されたようです。ページからもう一度ダウンロードしてください。",
  pairingExpired:
    "このダウンロードは有効期限が切れています。使えるのはダウンロードから10分間です。ブラウザーのページからもう一度ダウンロードしてください。",
  pairingUsed:
    "このダウンロードはすでに使われています。使えるのは1回だけです。ブラウザーのページからもう一度ダウンロードしてください。",
  pairingUnknown:
    "このダウンロードは使えません。期限が切れたか、すでに使われたか、セッションが終了しています。ブラウザーのページからもう一度ダウンロードしてください。",
  unreachable:
    "{host} に接続できません。ネットワークが切れているか、通信が許可されていない可能性があります。接続を確認して、もう一度ツールを起動してください。",
  proxy:
    "{host}に接続できません。ネットワークのプロキシがこのツールの通信を許可していません。プロキシにユーザー名とパスワードが必要な場合は、HTTPS_PROXYで指定します。ネットワークの管理者にお問い合わせください。",
  noRelay:
    "セッションに参加できません。サービスが混み合っているか、ネットワークで通信が許可されていない可能性があります。しばらく待ってから、ページでもう一度ダウンロードしてください。",
  connectionLost:
    "セッションとの接続が途切れ、元に戻りませんでした。このパソコンは操作されていません。ネットワークを確認し、セッションが続いている場合はもう一度ダウンロードしてください。",
  busy: "短い時間に何度も試したため、受け付けられませんでした。1分ほど待ってから、もう一度ダウンロードしてください。",
  certificate:
    "{host} の証明書を確認できないため、接続先が本物かどうか分かりません。安全のため、何も送信していません。オペレーターにお知らせください。",
  clock:
    "{host} の証明書が、このパソコンの日付では有効ではありません。パソコンの日付と時刻を確認して、もう一度ツールを起動してください。",
  declined: "「いいえ」が選ばれたため、このパソコンは操作されません。セッションはブラウザーで続いています。",
  sessionEnded: "セッションが終了しているため、参加できません。このパソコンは操作されません。",
  refused:
    "セッションに参加できませんでした。操作の許可が取り消された可能性があります。ページで操作を許可し直し、もう一度ダウンロードしてください。",
  replaced: "ツールがもう一つ起動されたため、新しいほうに引き継ぎました。こちらは終了します。",
  version:
    "このツールのバージョンは、サービスと合いません。ブラウザーのページからもう一度ダウンロードしてください。",
  internal:
    "ツールに問題が起きました。このパソコンは操作されていません。もう一度ダウンロードしてください。続く場合は、オペレーターにお知らせください。",
};

export function toolTexts(language: ToolLanguage): ToolTexts {
  return language === "ja" ? japanese : english;
}

/** The language of this machine, until the customer's page has told its own. @param locale BCP 47, such as `ja-JP` */
export function systemLanguage(locale: string): ToolLanguage {
  return /^ja\b/i.test(locale) ? "ja" : "en";
}
