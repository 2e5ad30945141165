import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { withDeadline } from "../deadline";
import type { Network } from "../network/network";
import type { ManagementServer } from "../pairing/management-server";
import { ToolSignalling } from "./tool-signalling";

/** The customer reads meanwhile that nobody controls, and can close the window. */
const TIMEOUT_MS = 10_000;

interface DeclineOptions {
  server: Pick<ManagementServer, "origin" | "join">;
  network: Network;
  toolSecret: string;
  signal: AbortSignal;
}

/**
 * Tells the session that the customer has said no in the tool's window: control, which the page has allowed, is taken back at the relay, and
 * both pages hear why.
 *
 * @throws AppError or Error of the network: nobody was told
 */
export async function declineControl({ signal, ...where }: DeclineOptions): Promise<void> {
  await withDeadline(signal, TIMEOUT_MS, (enough) => decline({ ...where, signal: enough }));
}

async function decline({ server, network, toolSecret, signal }: DeclineOptions): Promise<void> {
  const { signallingUrl, token } = await server.join(toolSecret, undefined, signal);
  const signalling = await ToolSignalling.open(
    signallingUrl,
    { onNotification: () => {}, onCarried: () => {}, onClose: () => {} },
    { network, origin: server.origin, signal },
  );
  try {
    // Both at once, so that the pages do not take the tool for one that begins to control.
    await Promise.all([
      signalling.request("join", { protocolVersion: SIGNALLING_PROTOCOL_VERSION, token }),
      signalling.request("revokeControl", { isDeclined: true }),
    ]);
  } finally {
    signalling.close();
  }
}
