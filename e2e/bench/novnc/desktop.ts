import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { until } from "../../../relay/testing/until";
import { type Display, openDisplayOf } from "../../fixtures/display";
import { freePort } from "../../fixtures/stack";

const SERVER = "/usr/bin/Xtigervnc";
const PROXY = "/usr/bin/websockify";
const VIEWER = "/usr/share/novnc";

/** A display of TigerVNC that noVNC can be connected to. While it is not, it is an X server like others. */
export interface VncDesktop {
  readonly display: Display;
  /** noVNC's own page, connected to the display. */
  readonly viewerUrl: string;
  close: () => void;
}

/**
 * TigerVNC, websockify and noVNC as Debian has them, on loopback, with the settings that they have of their own: the server sends
 * at most 60 updates a second (-FrameRate 60) and notices by itself which pixels really changed (-CompareFB 2); noVNC asks for
 * Tight encoding with JPEG quality 6 and compression 2, and for continuous updates.
 *
 * @returns null when they are not installed (`apt-get install --no-install-recommends tigervnc-standalone-server novnc websockify`)
 * @throws Error when they do not get ready
 */
export async function openVncDesktop(size: Pick<Display, "width" | "height">): Promise<VncDesktop | null> {
  if (![SERVER, PROXY, VIEWER].every((file) => existsSync(file))) return null;
  const [vncPort, webPort] = [await freePort(), await freePort()];
  const display = await openDisplayOf(
    SERVER,
    [
      ...["-geometry", `${size.width}x${size.height}`, "-depth", "24"],
      ...["-rfbport", String(vncPort), "-localhost", "-SecurityTypes", "None"],
    ],
    size,
  );
  const proxy = spawn(PROXY, [`--web=${VIEWER}`, `127.0.0.1:${webPort}`, `127.0.0.1:${vncPort}`], {
    stdio: "ignore",
  });
  const viewerUrl = `http://127.0.0.1:${webPort}/vnc_lite.html`;
  const close = () => {
    proxy.kill();
    display.close();
  };
  try {
    await until("noVNC is served", () => answers(proxy, viewerUrl));
    return { display, viewerUrl, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function answers(proxy: ChildProcess, url: string): Promise<boolean> {
  if (proxy.exitCode !== null) throw new Error(`websockify stopped with exit code ${proxy.exitCode}.`);
  return await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
