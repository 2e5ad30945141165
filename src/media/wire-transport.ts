import type { Transport } from "mediasoup-client/types";
import { channelLabels } from "@/protocol/data-channels";
import { type RtpParameters, rtpParametersSchema } from "@/protocol/media-parameters";
import type { VideoSource } from "@/protocol/signalling";
import type { SignallingClient } from "./signalling-client";

/** Carries what a transport of this browser has to agree with the relay's end over the signalling. */
export function wireTransport(transport: Transport, signalling: SignallingClient): void {
  transport.on("connect", ({ dtlsParameters }, done, failed) => {
    signalling.request("connectTransport", { transportId: transport.id, dtlsParameters }).then(done, failed);
  });
  transport.on("produce", ({ rtpParameters, appData }, done, failed) => {
    const source: VideoSource = appData.source === "camera" ? "camera" : "screen";
    signalling
      .request("produce", { rtpParameters: asOneStream(rtpParametersSchema.parse(rtpParameters)), source })
      .then(({ producerId }) => done({ id: producerId }), failed);
  });
  transport.on("producedata", ({ sctpStreamParameters, label }, done, failed) => {
    const { streamId, ordered, maxRetransmits } = sctpStreamParameters;
    const known = channelLabels.find((name) => name === label);
    if (!known || streamId === undefined) {
      failed(new TypeError(`No such channel: ${label}`));
      return;
    }
    signalling
      .request("produceData", { label: known, sctpStreamParameters: { streamId, ordered, maxRetransmits } })
      .then(({ dataProducerId }) => done({ id: dataProducerId }), failed);
  });
}

/** The relay is not told of layers: it would choose among them, and everybody here gets all. */
function asOneStream({ encodings, ...parameters }: RtpParameters): RtpParameters {
  return {
    ...parameters,
    encodings: encodings?.map(({ scalabilityMode: _layers, ...encoding }) => encoding),
  };
}
