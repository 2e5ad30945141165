import { connect, type Socket } from "node:net";
import { pipeline } from "node:stream";
import type { TcpAddress } from "../workers/media-worker";

/** Browsers ask for consent every five seconds (RFC 7675): one that is silent for this long is gone. */
const SILENCE_LIMIT_MS = 60_000;

/**
 * Carries a connection that speaks ICE over TCP to the worker that has its transport. A side that does not read slows the other
 * down, for neither way is buffered here beyond what a socket holds; a side that ends its half leaves the other half open.
 */
export function pipeIceTcp(socket: Socket, worker: TcpAddress): void {
  const upstream = connect({ ...worker, noDelay: true, allowHalfOpen: true });
  const close = () => {
    socket.destroy();
    upstream.destroy();
  };
  // Either way's fault is the end of both; without one, both ends have been passed on and the sockets close by themselves.
  pipeline(socket, upstream, (error) => error && close());
  pipeline(upstream, socket, (error) => error && close());
  socket.setTimeout(SILENCE_LIMIT_MS, close);
}
