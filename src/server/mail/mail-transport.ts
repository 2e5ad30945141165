import { isIP } from "node:net";
import nodemailer from "nodemailer";
import { z } from "zod";
import type { Environment } from "@/env";
import type { MailText } from "./mail-text";

/** A mail server that has not moved on by then is tried again later. */
const CONNECT_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 10_000;
/** How many messages are under way at once. */
export const MAX_CONNECTIONS = 5;

/** What it is about an error of the mail server that may be written down: its text can repeat addresses and content. */
const smtpErrorSchema = z.object({
  code: z.string().max(40).optional(),
  responseCode: z.int().min(100).max(999).optional(),
});

export interface MailFailure {
  /** Like `EAUTH 535`; never more of what the server said. */
  readonly summary: string;
  /** The server will never take this message: the recipient does not exist, or is refused. */
  readonly isFinal: boolean;
}

export interface MailTransport {
  /** @throws whatever {@link describeMailFailure} can read */
  send(message: { id: string; to: string } & MailText): Promise<void>;
  close(): void;
}

/** Connections to the mail server of SMTP_URL, which must be set. The caller closes them. */
export function openMailTransport(
  env: Pick<Environment, "SMTP_URL" | "MAIL_FROM" | "PUBLIC_URL">,
): MailTransport {
  if (env.SMTP_URL === undefined) throw new TypeError("SMTP_URL is not set");
  const url = new URL(env.SMTP_URL);
  const transport = nodemailer.createTransport({
    url: env.SMTP_URL,
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    // A password never crosses a network in the clear, whatever the server announces.
    ...(url.username !== "" && !isLoopback(url.hostname) && { requireTLS: true }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ id, to, subject, text, html }) => {
      await transport.sendMail({
        // The same at every try, so that a mailbox can tell a message that came twice.
        messageId: `<${id}@${env.PUBLIC_URL.hostname}>`,
        from: env.MAIL_FROM,
        // As an object the address is taken as it is and not as a list of addresses.
        to: { name: "", address: to },
        subject,
        text,
        html,
        // RFC 3834: no out-of-office notes to a machine.
        headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
      });
    },
    close: () => transport.close(),
  };
}

/** What is told of a failed try. */
export function describeMailFailure(error: unknown): MailFailure {
  const { code, responseCode } = smtpErrorSchema.safeParse(error).data ?? {};
  return {
    summary: [code ?? "UNKNOWN", responseCode].filter((part) => part !== undefined).join(" "),
    // RFC 5321, 4.2.1: 5yz is a permanent refusal. One of the password is the administrator's to mend, not the message's fault.
    isFinal:
      (code === "EENVELOPE" || code === "EMESSAGE") && responseCode !== undefined && responseCode >= 500,
  };
}

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}
