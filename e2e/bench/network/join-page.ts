import { captureScreen } from "@/media/capture";
import { CustomerSession } from "@/media/customer-session";
import { OperatorSession } from "@/media/operator-session";
import type { RelayAssignment } from "@/protocol/join-token";
import type { Role } from "@/protocol/roles";
import { connectionTimes, forgetConnections, now, type Way, waysInUse } from "./watched-connections";

/** What runs inside the two browsers of the bench of joins: the product's own media engine, its connections being watched. */

/** One to send and one to receive. */
const CONNECTIONS_OF_A_SIDE = 2;

let captured: MediaStream | null = null;
let session: CustomerSession | OperatorSession | null = null;

const inPage = {
  async capture(): Promise<string> {
    const outcome = await captureScreen();
    if (outcome.kind === "captured") captured = outcome.stream;
    return outcome.kind;
  },

  /** Joins with a token. @returns when, in ms since 1970 */
  join(assignment: RelayAssignment, role: Role): number {
    forgetConnections();
    const join = async () => assignment;
    if (role === "operator") {
      session = new OperatorSession({ join });
    } else {
      if (!captured) throw new Error("Nothing is captured.");
      // A clone: the session stops its track when it closes, and the next one needs the capture again.
      session = new CustomerSession({ join, picture: { stream: captured.clone(), source: "screen" } });
    }
    const startedAt = now();
    session.start();
    return startedAt;
  },

  /** When the last connection of this side stood, in ms since 1970; null as long as one does not. */
  connectedAt(): number | null {
    const times = connectionTimes();
    return times.length < CONNECTIONS_OF_A_SIDE ? null : Math.max(...times);
  },

  async ways(): Promise<Way[]> {
    return await waysInUse();
  },

  /** An operator ends the session for both sides. */
  async end(): Promise<void> {
    if (session instanceof OperatorSession) await session.end();
  },

  close(): void {
    session?.close();
    session = null;
  },
};

declare global {
  var joinBench: JoinInPage;
}
export type JoinInPage = typeof inPage;
globalThis.joinBench = inPage;
