import { randomUUID } from "node:crypto";
import { z } from "zod";
import { until } from "../../../relay/testing/until";
import { answerLeg, type MediaLeg, offerLeg } from "./media-leg";

const answerSchema = z.looseObject({
  janus: z.string(),
  transaction: z.string().optional(),
  data: z.object({ id: z.number() }).optional(),
  error: z.unknown().optional(),
  plugindata: z.object({ data: z.looseObject({ error: z.string().optional() }) }).optional(),
  jsep: z.object({ type: z.string(), sdp: z.string() }).optional(),
});
type JanusAnswer = z.infer<typeof answerSchema>;

/** What Janus's video room needs of its HTTP API (janus.conf.meetecho.com/docs/rest.html). */
export class JanusClient {
  readonly #url: string;

  /** @param url of the HTTP API, such as http://127.0.0.1:8088/janus */
  constructor(url: string) {
    this.#url = url;
  }

  /** A room of its own with one who publishes and one who subscribes. */
  async openSession(room: number): Promise<{ sending: MediaLeg; receiving: MediaLeg }> {
    const publisher = await JanusHandle.attach(this.#url);
    // Nothing is capped, and nobody asks for key frames but Janus itself when the subscriber comes.
    await publisher.message({ request: "create", room, publishers: 1, bitrate: 0, videocodec: "vp8" });
    await publisher.message({ request: "join", ptype: "publisher", room, id: room });
    const sending = await offerLeg("SendOnly", async (sdp) => {
      const { jsep } = await publisher.message({ request: "publish" }, { type: "offer", sdp });
      return described(jsep);
    });
    const subscriber = await JanusHandle.attach(this.#url);
    const joined = await subscriber.message({
      request: "join",
      ptype: "subscriber",
      room,
      streams: [{ feed: room }],
    });
    const receiving = await answerLeg(described(joined.jsep), async (sdp) => {
      await subscriber.message({ request: "start" }, { type: "answer", sdp });
    });
    return { sending, receiving };
  }
}

/** One WebRTC connection of Janus: a session of its API with one plug-in handle. */
class JanusHandle {
  readonly #sessionUrl: string;
  readonly #handleUrl: string;
  readonly #events: JanusAnswer[] = [];

  private constructor(sessionUrl: string, handleUrl: string) {
    this.#sessionUrl = sessionUrl;
    this.#handleUrl = handleUrl;
  }

  static async attach(url: string): Promise<JanusHandle> {
    const session = await call(url, { janus: "create" });
    const sessionUrl = `${url}/${session.data?.id}`;
    const handle = await call(sessionUrl, { janus: "attach", plugin: "janus.plugin.videoroom" });
    return new JanusHandle(sessionUrl, `${sessionUrl}/${handle.data?.id}`);
  }

  /** @returns the plug-in's own answer, which comes as an event unless it comes at once. @throws Error when it refuses */
  async message(body: object, jsep?: { type: string; sdp: string }): Promise<JanusAnswer> {
    const transaction = randomUUID();
    const immediate = await call(this.#handleUrl, { janus: "message", body, jsep }, transaction);
    const answer = immediate.janus === "success" ? immediate : await this.#event(transaction);
    const refused = answer.plugindata?.data.error;
    if (refused !== undefined) throw new Error(`Janus refused ${JSON.stringify(body)}: ${refused}`);
    return answer;
  }

  /** Events are fetched (long poll); others that come first, such as that media is up, are of no interest. */
  async #event(transaction: string): Promise<JanusAnswer> {
    return await until("Janus answers", async () => {
      const response = await fetch(`${this.#sessionUrl}?maxev=10`);
      this.#events.push(...z.array(answerSchema).parse(await response.json()));
      return this.#events.find((event) => event.transaction === transaction && event.janus === "event");
    });
  }
}

async function call(url: string, message: object, transaction: string = randomUUID()): Promise<JanusAnswer> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify({ ...message, transaction }) });
  const answer = answerSchema.parse(await response.json());
  if (answer.janus === "error") throw new Error(`Janus: ${JSON.stringify(answer.error)}`);
  return answer;
}

function described(jsep: { sdp: string } | undefined): string {
  if (jsep === undefined) throw new Error("Janus sent no description.");
  return jsep.sdp;
}
