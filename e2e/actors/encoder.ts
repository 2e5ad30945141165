import type { Page } from "@playwright/test";

/** How a page's browser encodes the video that it sends. */
export interface Encoder {
  readonly contentHint: string;
  readonly maxBitrate: number | undefined;
  readonly maxFramerate: number | undefined;
  readonly degradationPreference: string | undefined;
  /** Whether the relay can tell the key frames: AV1 RTP specification, "dependency descriptor". */
  readonly describesFrames: boolean;
}

declare global {
  var openedConnections: RTCPeerConnection[] | undefined;
}

/** Notes the page's peer connections from its next load on: a page has no list of its own. */
export async function noteConnections(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.openedConnections = [];
    globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(target, values, newTarget) {
        const connection: unknown = Reflect.construct(target, values, newTarget);
        if (connection instanceof target) globalThis.openedConnections?.push(connection);
        return Object(connection);
      },
    });
  });
}

/** Null while no video is sent. @param page one that {@link noteConnections} was called for before it was loaded */
export async function videoEncoder(page: Page): Promise<Encoder | null> {
  return await page.evaluate(() => {
    const senders = (globalThis.openedConnections ?? []).flatMap((connection) => connection.getSenders());
    const sender = senders.findLast(({ track }) => track?.kind === "video" && track.readyState === "live");
    if (!sender?.track) return null;
    const { encodings, degradationPreference, headerExtensions } = sender.getParameters();
    const [encoding] = encodings;
    return {
      contentHint: sender.track.contentHint,
      maxBitrate: encoding?.maxBitrate,
      maxFramerate: encoding?.maxFramerate,
      degradationPreference,
      describesFrames: headerExtensions.some(({ uri }) => uri.includes("#dependency-descriptor")),
    };
  });
}

/** What the picture is sent in, such as `video/VP8`; null while none is sent. @param page as for {@link videoEncoder} */
export async function sentCodec(page: Page): Promise<string | null> {
  return await page.evaluate(async () => {
    const senders = (globalThis.openedConnections ?? []).flatMap((connection) => connection.getSenders());
    const sender = senders.findLast(({ track }) => track?.kind === "video" && track.readyState === "live");
    const report = await sender?.getStats();
    const entries: { type: string; id: string; codecId?: string; mimeType?: string }[] = [
      ...(report?.values() ?? []),
    ];
    const codecId = entries.findLast(({ type }) => type === "outbound-rtp")?.codecId;
    return entries.find(({ id }) => id === codecId)?.mimeType ?? null;
  });
}
