import type { SignallingOutput } from "@/protocol/signalling";
import { withDeadline } from "../deadline";
import type { DataTransport } from "./data-transport";
import type { ToolSignalling } from "./tool-signalling";

/**
 * What carries the channels, the best first: UDP, TCP (RFC 6544) where that does not get through, the socket where neither does or
 * where libdatachannel cannot be loaded.
 */
export type ChannelWay = "udp" | "tcp" | "socket";

/** The two WebRTC transports of a joining. */
export interface LinkTransports {
  readonly send: DataTransport;
  readonly recv: DataTransport;
}

interface ConnectOptions {
  offered: Pick<SignallingOutput<"join">, "sendTransport" | "recvTransport">;
  signalling: Pick<ToolSignalling, "request">;
  /** Transports that have not come up by then will hardly do so. */
  timeoutMs: number;
  /** How long UDP, the better of the two, is tried alone. */
  tcpAfterMs: number;
  /** One of them stood and is lost. */
  onLost: () => void;
  print: (line: string) => void;
  signal: AbortSignal;
}

/** @returns null when they do not come up: no way for UDP or TCP, or nothing that speaks WebRTC */
export async function connectTransports({
  offered: { sendTransport, recvTransport },
  signalling,
  timeoutMs,
  tcpAfterMs,
  onLost,
  print,
  signal,
}: ConnectOptions): Promise<LinkTransports | null> {
  const webRtc = await loadWebRtc(print);
  if (sendTransport === null || webRtc === null) return null;
  const [send, recv] = await withDeadline(signal, timeoutMs, (both, callOff) =>
    Promise.allSettled(
      [sendTransport, recvTransport].map(async (transport) => {
        try {
          return await webRtc.DataTransport.connect({
            transport,
            receives: transport === recvTransport,
            connect: (parameters) => signalling.request("connectTransport", parameters),
            onLost,
            tcpAfterMs,
            signal: both,
          });
        } catch (error) {
          // One alone is of no use.
          callOff();
          throw error;
        }
      }),
    ),
  );
  if (send?.status === "fulfilled" && recv?.status === "fulfilled")
    return { send: send.value, recv: recv.value };
  for (const result of [send, recv]) if (result?.status === "fulfilled") result.value.close();
  return null;
}

/** @param transports null where the socket carries the channels */
export function wayOf(transports: LinkTransports | null): ChannelWay {
  if (transports === null) return "socket";
  const { send, recv } = transports;
  return send.protocol === "udp" && recv.protocol === "udp" ? "udp" : "tcp";
}

/**
 * libdatachannel is a native part, which some machines cannot load: too old a C library, or a policy that lets no program load what
 * it brings along.
 *
 * @returns null when it cannot be loaded, which is said once
 */
async function loadWebRtc(print: (line: string) => void): Promise<typeof import("./data-transport") | null> {
  try {
    return await import("./data-transport");
  } catch (error) {
    print(`WebRTC cannot be used here, so the channels go over the WebSocket: ${String(error)}`);
    return null;
  }
}
