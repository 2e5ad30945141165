import { escapeHtml } from "@/lib/escape-html";
import type { CaughtMessage } from "./mailbox";

/** How often the page asks whether something arrived. */
const POLL_MS = 2_000;

/** The whole page: the list, and beside it (below it on a phone: instead of it) the open message. */
export function mailboxPage(
  messages: readonly CaughtMessage[],
  openId: string | undefined,
  nonce: string,
): string {
  const open = messages.find(({ id }) => id === openId);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${open ? `${escapeHtml(open.subject)} – ` : ""}Mail · Madoguchi</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body class="${open ? "reading" : "listing"}">
<header><h1><a href="/">Mail</a></h1><p>What Madoguchi sends lands here and goes no further, because <code>SMTP_URL</code> is not set.</p></header>
<div class="columns">
${messageList(messages, openId)}
<main>${open ? openMessage(open) : nothingOpen(messages.length > 0)}</main>
</div>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>
`;
}

/** The list alone: the page asks for it again and again. */
export function messageList(messages: readonly CaughtMessage[], openId: string | undefined): string {
  return `<nav aria-label="Messages" id="list" data-newest="${messages[0]?.id ?? ""}">${items(messages, openId)}</nav>`;
}

function items(messages: readonly CaughtMessage[], openId: string | undefined): string {
  if (messages.length === 0) {
    return `<p class="empty">Nothing yet. Invite an operator or ask for a new password, and the message appears here by itself.</p>`;
  }
  const shown = messages.map(
    (message) =>
      `<li><a href="/messages/${message.id}"${message.id === openId ? ' aria-current="page"' : ""}><span class="to">${escapeHtml(message.to.join(", "))}</span><time datetime="${message.receivedAt.toISOString()}">${clock(message.receivedAt)}</time><span class="subject">${escapeHtml(message.subject) || "(no subject)"}</span></a></li>`,
  );
  return `<ol>${shown.join("")}</ol>`;
}

function openMessage(message: CaughtMessage): string {
  const html = message.html
    ? `<iframe title="The message" src="/messages/${message.id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>`
    : "";
  const text = `<pre>${linked(message.text)}</pre>`;
  return `<p class="back"><a href="/">← All messages</a></p>
<h2>${escapeHtml(message.subject) || "(no subject)"}</h2>
<dl><dt>From</dt><dd>${escapeHtml(message.from)}</dd><dt>To</dt><dd>${escapeHtml(message.to.join(", "))}</dd><dt>Received</dt><dd><time datetime="${message.receivedAt.toISOString()}">${message.receivedAt.toISOString().replace("T", " ").slice(0, 19)} UTC</time></dd></dl>
${html ? `${html}<details><summary>As plain text</summary>${text}</details>` : text}`;
}

function nothingOpen(hasMessages: boolean): string {
  return hasMessages ? `<p class="empty">Choose a message to read it.</p>` : "";
}

function clock(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}

/** The text with its links made clickable. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((part, index) =>
      index % 2 === 1
        ? `<a href="${escapeHtml(part)}" target="_blank" rel="noreferrer noopener">${escapeHtml(part)}</a>`
        : escapeHtml(part),
    )
    .join("");
}

/** Shows the viewer's own clock, and reads the list again when something arrived; the open message stays. */
const SCRIPT = `
const localTimes = (root) => {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.textContent = time.closest("nav")
      ? at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
      : at.toLocaleString();
  }
};
localTimes(document);
setInterval(async () => {
  const list = document.getElementById("list");
  try {
    const html = await (await fetch("/list")).text();
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("list");
    if (!fresh || fresh.dataset.newest === list.dataset.newest) return;
    for (const link of fresh.querySelectorAll("a")) {
      if (link.getAttribute("href") === location.pathname) link.setAttribute("aria-current", "page");
    }
    localTimes(fresh);
    list.replaceWith(fresh);
  } catch {}
}, ${POLL_MS});
`;

const STYLE = `
:root { --ground: oklch(0.99 0.003 90); --surface: #fff; --ink: oklch(0.18 0.012 260); --muted: oklch(0.47 0.02 260); --line: oklch(0.9 0.008 90); --accent: oklch(0.46 0.13 262); --chosen: oklch(0.95 0.02 262); }
@media (prefers-color-scheme: dark) { :root { --ground: oklch(0.18 0.012 260); --surface: oklch(0.22 0.012 260); --ink: oklch(0.95 0.005 90); --muted: oklch(0.72 0.015 260); --line: oklch(0.32 0.012 260); --accent: oklch(0.74 0.11 262); --chosen: oklch(0.28 0.04 262); } }
* { box-sizing: border-box; }
html, body { height: 100%; }
body { margin: 0; display: flex; flex-direction: column; background: var(--ground); color: var(--ink); font: 15px/1.6 system-ui, "Hiragino Sans", "Yu Gothic UI", "Noto Sans JP", sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; padding: 16px 24px; border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 18px; }
h1 a { color: inherit; text-decoration: none; }
header p { margin: 0; color: var(--muted); font-size: 13px; }
.columns { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(260px, 360px) 1fr; }
nav { overflow: auto; border-right: 1px solid var(--line); }
ol { list-style: none; margin: 0; padding: 0; }
nav a { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; padding: 12px 24px; border-bottom: 1px solid var(--line); color: inherit; text-decoration: none; }
nav a:hover { background: var(--surface); }
nav a[aria-current] { background: var(--chosen); box-shadow: inset 3px 0 var(--accent); }
nav .to { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
nav time { color: var(--muted); font-size: 13px; font-variant-numeric: tabular-nums; }
nav .subject { grid-column: 1 / -1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--muted); }
main { overflow: auto; padding: 24px; min-width: 0; }
h2 { margin: 0 0 12px; font-size: 24px; line-height: 1.35; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; margin: 0 0 20px; font-size: 13px; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: min(640px, 70vh); border: 1px solid var(--line); border-radius: 10px; background: #fff; color-scheme: light; }
details { margin-top: 16px; }
summary { cursor: pointer; color: var(--muted); }
pre { margin: 12px 0 0; padding: 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
.empty { margin: 0; padding: 24px; color: var(--muted); }
main .empty { padding: 0; }
.back { display: none; margin: 0 0 12px; }
@media (max-width: 720px) {
  .columns { display: block; }
  nav { border-right: 0; }
  .reading nav { display: none; }
  .reading .back { display: block; }
  header, main, nav a { padding-left: 16px; padding-right: 16px; }
}
`;
