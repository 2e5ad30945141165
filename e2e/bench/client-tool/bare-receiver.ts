import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import ndc, { type DataChannel } from "node-datachannel";

/**
 * What the Client Tool is measured against: the same runtime with the same library, packed in the same way, and nothing but a data
 * channel in it. It reads an offer, writes the answer, and then a line for each message as it comes.
 */

/** Kept from garbage collection: a channel that nobody holds goes silent. */
const channels: DataChannel[] = [];

/** At once, as nothing else runs here. */
function say(what: object): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

const connection = new ndc.PeerConnection("bare", { iceServers: [] });
connection.onDataChannel((channel) => {
  channels.push(channel);
  channel.onMessage(() => {
    const atMs = Number(process.hrtime.bigint()) / 1e6;
    say({ is: "move", atMs });
  });
  say({ is: "ready" });
});
connection.onGatheringStateChange((state) => {
  const sdp = connection.localDescription()?.sdp;
  if (state === "complete" && sdp !== undefined) say({ is: "answer", sdp });
});
createInterface({ input: process.stdin }).on("line", (line) => {
  const offer: unknown = JSON.parse(line);
  if (typeof offer === "string") connection.setRemoteDescription(offer, "offer");
});
