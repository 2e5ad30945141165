import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../../relay/testing/until";
import { freePort } from "../../fixtures/stack";

const JANUS = "/usr/bin/janus";
const LIBRARIES = "/usr/lib/x86_64-linux-gnu/janus";
/** Everything that a video room does not need. */
const OTHER_PLUGINS =
  "audiobridge duktape echotest lua nosip recordplay sip streaming textroom videocall voicemail";
const OTHER_TRANSPORTS = "mqtt nanomsg pfunix rabbitmq websockets";

export interface JanusServer {
  readonly pid: number;
  readonly url: string;
  close: () => Promise<void>;
}

/**
 * Debian's Janus with a configuration of its own: the video room over HTTP, on loopback, as it comes otherwise.
 *
 * @returns null when it is not installed (`apt-get install --no-install-recommends janus`)
 * @throws Error when it does not get ready
 */
export async function startJanus(): Promise<JanusServer | null> {
  if (!existsSync(JANUS)) return null;
  const folder = await mkdtemp(join(tmpdir(), "madoguchi-janus-"));
  const port = await freePort();
  const disable = (names: string) =>
    `disable = "${names
      .split(" ")
      .map((name) => `libjanus_${name}.so`)
      .join(",")}"`;
  await writeFile(
    join(folder, "janus.jcfg"),
    `general: {
  configs_folder = "${folder}"
  plugins_folder = "${LIBRARIES}/plugins"
  transports_folder = "${LIBRARIES}/transports"
  events_folder = "${LIBRARIES}/events"
  loggers_folder = "${LIBRARIES}/loggers"
  debug_level = 2
  session_timeout = 0
}
nat: { ice_enforce_list = "127.0.0.1" }
plugins: { ${disable(OTHER_PLUGINS)} }
transports: { ${disable(OTHER_TRANSPORTS)} }
`,
  );
  await writeFile(
    join(folder, "janus.transport.http.jcfg"),
    `general: { json = "compact", base_path = "/janus", http = true, port = ${port}, ip = "127.0.0.1", https = false }
admin: { admin_http = false, admin_https = false }
`,
  );
  await writeFile(join(folder, "janus.plugin.videoroom.jcfg"), "general: { }\n");
  const janus = spawn(JANUS, ["--configs-folder", folder, "--disable-colors"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}/janus`;
  const close = async () => {
    await stopped(janus);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until("Janus is ready", () => answers(janus, `${url}/info`));
  } catch (error) {
    await close();
    throw error;
  }
  return { pid: janus.pid ?? 0, url, close };
}

async function answers(janus: ChildProcess, url: string): Promise<boolean> {
  if (janus.exitCode !== null) throw new Error(`Janus stopped with exit code ${janus.exitCode}.`);
  return await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function stopped(janus: ChildProcess): Promise<void> {
  if (janus.exitCode !== null || janus.signalCode !== null) return;
  const gone = new Promise((resolve) => janus.once("exit", resolve));
  // It would wait for all sessions to end by themselves.
  janus.kill("SIGKILL");
  await gone;
}
