import { randomBytes } from "node:crypto";
import type { JoinClaims } from "@/protocol/join-token";

/** A ticket cannot be guessed: 128 bits at least (OWASP ASVS 5.0, 7.2.3). */
const TICKET_BYTES = 24;

/** With what the sides of one room can come back into it: at most one ticket for each. */
export class Tickets {
  readonly #claims = new Map<string, JoinClaims>();

  /** A secret with which the side of these claims can come back into this room, once. An earlier one of that side is void. */
  issue(claims: JoinClaims): string {
    for (const [ticket, { role }] of this.#claims) {
      if (role === claims.role) this.#claims.delete(ticket);
    }
    const ticket = randomBytes(TICKET_BYTES).toString("base64url");
    this.#claims.set(ticket, claims);
    return ticket;
  }

  /** @returns whose ticket it was, or undefined; it is used up */
  take(ticket: string): JoinClaims | undefined {
    const claims = this.#claims.get(ticket);
    this.#claims.delete(ticket);
    return claims;
  }
}
