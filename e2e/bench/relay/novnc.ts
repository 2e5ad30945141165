import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { until } from "../../../relay/testing/until";
import { Painter } from "../../actors/painter";
import { type Display, openDisplayOf } from "../../fixtures/display";
import { freePort } from "../../fixtures/stack";

const SERVER = "/usr/bin/Xtigervnc";
const PROXY = "/usr/bin/websockify";
const VIEWER = "/usr/share/novnc";
const SIZE = { width: 1280, height: 800 };

/** What the relay is measured against: a display of TigerVNC with a painter on it, shown by noVNC. */
export interface NoVncDisplay {
  readonly painter: Painter;
  /** noVNC's own page, connected to the display. */
  readonly viewerUrl: string;
  close: () => Promise<void>;
}

/**
 * TigerVNC, websockify and noVNC as Debian has them, on loopback, with their own settings.
 *
 * @returns null when they are not installed (`apt-get install --no-install-recommends tigervnc-standalone-server novnc websockify`)
 * @throws Error when they do not get ready
 */
export async function openNoVncDisplay(): Promise<NoVncDisplay | null> {
  if (![SERVER, PROXY, VIEWER].every((file) => existsSync(file))) return null;
  const [vncPort, webPort] = [await freePort(), await freePort()];
  const display = await openDisplayOf(
    SERVER,
    [
      ...["-geometry", `${SIZE.width}x${SIZE.height}`, "-depth", "24"],
      ...["-rfbport", String(vncPort), "-localhost", "-SecurityTypes", "None"],
    ],
    SIZE,
  );
  const proxy = spawn(PROXY, [`--web=${VIEWER}`, `127.0.0.1:${webPort}`, `127.0.0.1:${vncPort}`], {
    stdio: "ignore",
  });
  const viewerUrl = `http://127.0.0.1:${webPort}/vnc_lite.html`;
  try {
    await until("noVNC is served", () => answers(proxy, viewerUrl));
    return await withPainter(display, proxy, viewerUrl);
  } catch (error) {
    proxy.kill();
    display.close();
    throw error;
  }
}

async function withPainter(display: Display, proxy: ChildProcess, viewerUrl: string): Promise<NoVncDisplay> {
  const painter = await Painter.open(display);
  await painter.paint("rgb(0, 0, 0)");
  return {
    painter,
    viewerUrl,
    close: async () => {
      await painter.close();
      proxy.kill();
      display.close();
    },
  };
}

async function answers(proxy: ChildProcess, url: string): Promise<boolean> {
  if (proxy.exitCode !== null) throw new Error(`websockify stopped with exit code ${proxy.exitCode}.`);
  return await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
