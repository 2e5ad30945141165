import { once } from "node:events";
import { SMTPServer } from "smtp-server";
import type { Mailbox } from "./mailbox";

const MAX_MESSAGE_BYTES = 5_000_000;
const MAX_CLIENTS = 50;

/**
 * An SMTP server on loopback that takes every message and delivers none.
 *
 * @returns the function that closes it
 * @throws NodeJS.ErrnoException when the port cannot be listened on
 */
export async function listenForMail(mailbox: Mailbox, port: number): Promise<() => Promise<void>> {
  const server = new SMTPServer({
    banner: "Madoguchi's mail catcher",
    // Loopback only: nothing to encrypt, nobody to tell apart.
    disabledCommands: ["AUTH", "STARTTLS"],
    size: MAX_MESSAGE_BYTES,
    rejectOversized: true,
    maxClients: MAX_CLIENTS,
    // Every client is this machine; asking a name server for its name only takes time.
    disableReverseLookup: true,
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      // Past the limit the bytes are only read away: the server itself then answers 552.
      stream.on("data", (chunk: Buffer) => {
        if (!stream.sizeExceeded) chunks.push(chunk);
      });
      stream.on("end", () => {
        if (stream.sizeExceeded) {
          done();
          return;
        }
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        mailbox.add(Buffer.concat(chunks), recipients).then(() => done(), done);
      });
    },
  });
  // A client that breaks off must not end the process.
  server.on("error", (error: Error) => process.stderr.write(`The mail catcher: ${error.message}\n`));
  const listener = server.listen(port, "127.0.0.1");
  await once(listener, "listening");
  return () => new Promise((resolve) => server.close(resolve));
}
