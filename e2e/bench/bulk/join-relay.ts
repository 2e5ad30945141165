import { RelayConnection } from "@/media/relay-connection";
import type { RelayConnectionHandlers } from "@/media/relay-handlers";
import type { RelayAssignment } from "@/protocol/join-token";

/** In a page of a bench: the product's own connection to the relay, with its channels open. @param handlers those of interest */
export async function joinRelay(
  assignment: RelayAssignment,
  handlers: Partial<RelayConnectionHandlers>,
): Promise<RelayConnection> {
  const ignore = () => {};
  const connection = await RelayConnection.join(
    assignment,
    {
      onOther: ignore,
      onPermissions: ignore,
      onObservers: ignore,
      onTool: ignore,
      onPicture: ignore,
      onUnshowable: ignore,
      onMessage: ignore,
      onChannel: ignore,
      onBulkStream: ignore,
      onEnded: ignore,
      onLink: ignore,
      onLost: ignore,
      ...handlers,
    },
    { openTimeoutMs: 10_000, signal: new AbortController().signal, onCommitted: ignore },
  );
  await connection.openChannels();
  return connection;
}
