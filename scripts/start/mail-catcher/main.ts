// A process of `npm start` when no SMTP_URL is set: takes the service's e-mail and shows it in the browser.
import { z } from "zod";
import { Mailbox } from "./mailbox";
import { listenForMail } from "./smtp";
import { serveMailbox } from "./web";

const port = z.coerce.number().int().min(1).max(65_535);
const environmentSchema = z.object({ MAIL_PORT: port, MAIL_SMTP_PORT: port });

async function main(): Promise<void> {
  const env = environmentSchema.parse(process.env);
  const mailbox = new Mailbox();
  const closeSmtp = await listenForMail(mailbox, env.MAIL_SMTP_PORT);
  const closeWeb = await serveMailbox(mailbox, env.MAIL_PORT);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void Promise.all([closeSmtp(), closeWeb()]).finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Our starter is gone, however it went.
  process.on("disconnect", stop);
  process.send?.({ type: "ready" });
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The mail catcher cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
