import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Mailbox } from "./mailbox";
import { mailboxPage, messageList } from "./page";

/**
 * The caught messages in the browser, on loopback.
 *
 * A page of another site must not read them: it may not name this server in a request's Host (DNS rebinding), gets no CORS
 * headers, and cannot frame the page. The messages' own HTML is not trusted either: it is shown as a document of its own
 * that runs no script, loads nothing, and has no origin.
 *
 * @returns the function that closes it
 * @throws NodeJS.ErrnoException when the port cannot be listened on
 */
export async function serveMailbox(mailbox: Mailbox, port: number): Promise<() => Promise<void>> {
  const server = createServer((request, response) => answer(mailbox, request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

function answer(mailbox: Mailbox, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("X-Frame-Options", "SAMEORIGIN");
  if (!isOwnHost(request)) {
    send(response, 421, "text/plain", "This address is not served here.\n");
    return;
  }
  const { pathname } = new URL(request.url ?? "/", "http://mail");
  const [first, id, last, ...rest] = pathname.split("/").slice(1);
  if (request.method !== "GET" && request.method !== "HEAD") {
    send(response, 405, "text/plain", "Only GET.\n");
    return;
  }
  if (pathname === "/") {
    sendPage(response, mailbox, undefined);
    return;
  }
  if (pathname === "/list") {
    send(response, 200, "text/html", messageList(mailbox.newestFirst, undefined));
    return;
  }
  if (pathname === "/messages.json") {
    send(response, 200, "application/json", JSON.stringify({ messages: mailbox.newestFirst }));
    return;
  }
  const message = first === "messages" && id && rest.length === 0 ? mailbox.find(id) : undefined;
  if (message && last === undefined) {
    sendPage(response, mailbox, message.id);
    return;
  }
  if (message?.html && last === "html") {
    response.setHeader(
      "Content-Security-Policy",
      "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    );
    send(response, 200, "text/html", withLinksOutside(message.html));
    return;
  }
  send(
    response,
    404,
    "text/plain",
    "There is no such message. The newest 200 are kept, until the next start.\n",
  );
}

/** Links of a message open beside the mailbox and not inside its frame. */
function withLinksOutside(html: string): string {
  const base = '<base target="_blank">';
  return /<head\b[^>]*>/i.test(html) ? html.replace(/<head\b[^>]*>/i, (head) => head + base) : base + html;
}

function sendPage(response: ServerResponse, mailbox: Mailbox, openId: string | undefined): void {
  const nonce = randomBytes(16).toString("base64");
  response.setHeader(
    "Content-Security-Policy",
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  send(response, 200, "text/html", mailboxPage(mailbox.newestFirst, openId, nonce));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": `${type}; charset=utf-8` });
  response.end(body);
}

function isOwnHost(request: IncomingMessage): boolean {
  const port = request.socket.localPort;
  return ["localhost", "127.0.0.1"].some((name) => request.headers.host?.toLowerCase() === `${name}:${port}`);
}
