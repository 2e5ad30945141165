import { until } from "../../../relay/testing/until";
import { type ForwardedSession, openForwardedSession } from "./forwarded-session";
import { LATENCY_STEP_MS, type LoadCommand, loadCommandSchema, type Played } from "./load-protocol";
import { monotonicMs, readScreenTraffic, ScreenPlayer, sentAt } from "./screen-traffic";

/**
 * A process that keeps both sides of sessions at several servers and plays screen traffic through those of one of them. It uses
 * more of the machine than what it measures, so it is a process of its own and its time is not counted.
 */
const traffic = readScreenTraffic();

/** Whatever took longer counts as this long. */
const LONGEST_LATENCY_MS = 200;
const TICK_MS = 1;
/** How long the last packets may take. */
const DRAIN_MS = 300;
/** Sessions are at different places of the recording, so that their bursts do not meet more often than they would. */
const SESSION_OFFSET_MS = 1_487;
/** They start one after the other, since each starts with a key frame. */
const START_GAP_MS = 30;

const open = new Map<string, ScreenPlayer[]>();
/** Held, for a connection that nobody holds is closed. */
const held: ForwardedSession[] = [];
let played: Played = { sent: 0, received: 0, latencies: [] };

async function connect({ tickets }: Extract<LoadCommand, { do: "connect" }>): Promise<void> {
  for (const ticket of tickets) {
    const session = await openForwardedSession(ticket);
    held.push(session);
    session.receiving.onPacket((packet) => {
      const at = sentAt(packet);
      if (at === null) return;
      const latencyMs = Math.min(monotonicMs() - at, LONGEST_LATENCY_MS);
      const step = Math.floor(latencyMs / LATENCY_STEP_MS);
      played.received += 1;
      played.latencies[step] = (played.latencies[step] ?? 0) + 1;
    });
    const players = open.get(ticket.server) ?? [];
    open.set(ticket.server, players);
    players.push(new ScreenPlayer(traffic, session.sending.send));
  }
}

/** Every play begins with a key frame in each session, which servers wait for. */
async function play({ server, sessions, ms }: Extract<LoadCommand, { do: "play" }>): Promise<Played> {
  const players = (open.get(server) ?? []).slice(0, sessions);
  for (const [index, player] of players.entries()) {
    player.startFrom((index * SESSION_OFFSET_MS) % traffic.durationMs);
  }
  played = { sent: 0, received: 0, latencies: [] };
  const startedAt = monotonicMs();
  let last = startedAt;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = monotonicMs();
      for (const [index, player] of players.entries()) {
        const startsAt = startedAt + index * START_GAP_MS;
        if (now > startsAt) player.play(now - Math.max(last, startsAt));
      }
      last = now;
      if (now - startedAt < ms) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  played.sent = players.reduce((sum, player) => sum + player.takeSent(), 0);
  const drainedAt = monotonicMs() + DRAIN_MS;
  await until(
    "the last packets have come or are lost",
    () => played.received >= played.sent || monotonicMs() > drainedAt,
  );
  const latencies = Array.from(played.latencies, (count) => count ?? 0);
  return { ...played, latencies };
}

async function obey(command: LoadCommand): Promise<object> {
  if (command.do === "play") return await play(command);
  await connect(command);
  return {};
}

if (process.send !== undefined) {
  process.on("message", (message) => {
    obey(loadCommandSchema.parse(message)).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.once("disconnect", () => process.exit(0));
}
