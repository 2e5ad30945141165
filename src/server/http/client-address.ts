/** Set by the server's own front (main.ts) on every request; whatever a client sends under this name is dropped there. */
export const CLIENT_ADDRESS_HEADER = "x-madoguchi-client-address";

/** The address of the client that sent a request: what the front stamped on it. */
export function readClientAddress(headers: Pick<Headers, "get">): string {
  return headers.get(CLIENT_ADDRESS_HEADER) ?? "unknown";
}
