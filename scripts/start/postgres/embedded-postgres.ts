// A real PostgreSQL of our own: made, started, watched and stopped by the process that starts Madoguchi.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, constants, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { StepError } from "../../setup/report.mjs";
import { lastLines, runCommand } from "../../setup/run-command";
import { findFreePort } from "../ports";
import { type Account, databaseAccount } from "./account";
import { stopLeftover } from "./leftover";
import { locatePrograms, type Programs } from "./programs";

const SUPERUSER = "postgres";
/** The role that the management server uses. It owns its database and nothing else. */
const APPLICATION_ROLE = "madoguchi";
const APPLICATION_DATABASE = "madoguchi";
/** A database that was killed replays its log first, which may take a while after heavy writing. */
const START_TIMEOUT_MS = 60_000;
const START_POLL_MS = 30;
/** A taken port and the shared memory of a killed predecessor both go away by themselves. */
const MAX_START_ATTEMPTS = 10;
const RETRY_DELAY_MS = 500;
const FAST_STOP_TIMEOUT_MS = 2_500;
const IMMEDIATE_STOP_TIMEOUT_MS = 1_000;
/** How long the other processes have to finish their writes when the process that started them all was killed. */
const ORPHAN_GRACE_SECONDS = 2;

export type EmbeddedPostgresOptions = {
  /** Belongs to the database account; holds `cluster`, the database files, and `postgres.log`. */
  folder: string;
  superuserPassword: string;
  applicationPassword: string;
  /** "none" trades crash safety for speed, for databases that live as long as a test run. */
  durability: "full" | "none";
  /** Called when PostgreSQL ends without having been asked to. */
  onUnexpectedExit?: (description: string) => void;
};

export class EmbeddedPostgres {
  readonly #options: EmbeddedPostgresOptions;
  readonly #account: Account;
  readonly #programs: Programs;
  #port = 0;
  #server: ChildProcess | undefined;
  #watchdog: ChildProcess | undefined;
  #isClosing = false;

  private constructor(options: EmbeddedPostgresOptions, account: Account, programs: Programs) {
    this.#options = options;
    this.#account = account;
    this.#programs = programs;
  }

  /** Makes the database files when there are none, stops what a killed start left running, and starts. */
  static async create(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const account = await databaseAccount();
    const postgres = new EmbeddedPostgres(options, account, await locatePrograms(account));
    await postgres.#initialise();
    await stopLeftover(postgres.#cluster);
    await postgres.#startOnAPort();
    await postgres.#prepareApplicationDatabase();
    return postgres;
  }

  /** For the management server: its own role, its own database. */
  get url(): string {
    return this.#urlFor(APPLICATION_ROLE, this.#options.applicationPassword, APPLICATION_DATABASE);
  }

  /** For making databases in tests and for repair; the application never gets it. */
  get superuserUrl(): string {
    return this.#urlFor(SUPERUSER, this.#options.superuserPassword, "postgres");
  }

  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** Starts again, on the same port, after an unexpected exit. */
  async restart(): Promise<void> {
    if (this.#isClosing) return;
    await stopLeftover(this.#cluster);
    await this.#start();
  }

  /** Stops PostgreSQL: open transactions are rolled back, everything committed is on disk. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    // SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one that leaves recovery to the next start.
    server.kill("SIGINT");
    if (!(await within(exited, FAST_STOP_TIMEOUT_MS))) {
      server.kill("SIGQUIT");
      if (!(await within(exited, IMMEDIATE_STOP_TIMEOUT_MS))) server.kill("SIGKILL");
    }
    this.#watchdog?.kill("SIGKILL");
  }

  get #cluster(): string {
    return path.join(this.#options.folder, "cluster");
  }

  get #logFile(): string {
    return path.join(this.#options.folder, "postgres.log");
  }

  #urlFor(role: string, password: string, database: string): string {
    return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${this.#port}/${database}`;
  }

  /** Under another name first, so that files made half are never taken for a database. */
  async #initialise(): Promise<void> {
    const version = await readFile(path.join(this.#cluster, "PG_VERSION"), "utf8").catch(() => undefined);
    if (version !== undefined) {
      await this.#requireSameVersion(version.trim());
      return;
    }
    const unfinished = `${this.#cluster}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    const secret = await mkdtemp(path.join(this.#options.folder, "initdb-"));
    const passwordFile = path.join(secret, "password");
    try {
      await writeFile(passwordFile, `${this.#options.superuserPassword}\n`, { mode: 0o600 });
      for (const entry of [unfinished, secret, passwordFile]) await this.#own(entry);
      const result = await this.#run(this.#programs.initdb, [
        `--pgdata=${unfinished}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // PostgreSQL's own collation: an upgrade of the system's C library cannot corrupt an index.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        ...(this.#options.durability === "none" ? ["--no-sync"] : []),
      ]);
      if (result.code !== 0) {
        throw new StepError(
          `PostgreSQL could not make its database files:\n${lastLines(result.output)}`,
          "Check the free space and the permissions of DATA_DIR.",
        );
      }
      await rename(unfinished, this.#cluster);
    } finally {
      await rm(secret, { recursive: true, force: true });
    }
  }

  async #requireSameVersion(found: string): Promise<void> {
    const { output } = await this.#run(this.#programs.postgres, ["--version"]);
    const ours = /(\d+)\./.exec(output)?.[1];
    if (found === ours) return;
    throw new StepError(
      `The database in DATA_DIR was made by PostgreSQL ${found}; this version of Madoguchi brings PostgreSQL ${ours}.`,
      "Move the data with pg_dump from the older version, or set DATABASE_URL to a PostgreSQL of your own.",
    );
  }

  async #startOnAPort(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#port = await findFreePort();
      try {
        await this.#start();
        return;
      } catch (error) {
        if (attempt >= MAX_START_ATTEMPTS || this.#isClosing || !(await this.#mayPass())) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      }
    }
  }

  /** Whether the log of a failed start names something that goes away by itself. */
  async #mayPass(): Promise<boolean> {
    const log = await readFile(this.#logFile, "utf8").catch(() => "");
    return /could not bind|pre-existing shared memory block/.test(log);
  }

  async #start(): Promise<void> {
    // Begun anew at every start, so it cannot grow without end.
    // Never through a link: the folder belongs to the database account, and we may be root.
    const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
    const log = await open(this.#logFile, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    const server = spawn(this.#programs.postgres, this.#arguments(), {
      ...this.#account,
      cwd: "/",
      stdio: ["ignore", log.fd, log.fd],
      // Ctrl-C in a terminal goes to the whole process group; PostgreSQL has to outlive those who use it.
      detached: true,
    });
    await log.close();
    this.#server = server;
    let isReady = false;
    let ended: string | undefined;
    server.once("error", (error) => {
      ended = error.message;
    });
    server.once("exit", (code, signal) => {
      ended = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      this.#watchdog?.kill("SIGKILL");
      if (isReady && !this.#isClosing) this.#options.onUnexpectedExit?.(ended);
    });
    this.#watch(server);
    const giveUpAt = Date.now() + START_TIMEOUT_MS;
    while (ended === undefined && !(await this.#accepts()) && Date.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, START_POLL_MS));
    }
    isReady = ended === undefined && Date.now() < giveUpAt;
    if (isReady) return;
    server.kill("SIGQUIT");
    const text = await readFile(this.#logFile, "utf8").catch(() => "");
    throw new StepError(
      `PostgreSQL did not start: it ${ended ?? "does not answer"}.\n${lastLines(text)}`,
      `Its log is ${this.#logFile}.`,
    );
  }

  #arguments(): string[] {
    const settings = {
      listen_addresses: "127.0.0.1",
      port: this.#port,
      unix_socket_directories: "",
      max_connections: 100,
      // Errors are reported to whoever made them; the log is for the server's own state and holds no data of users.
      log_min_messages: "log",
      log_min_error_statement: "panic",
      log_error_verbosity: "terse",
      log_checkpoints: "off",
      ...(this.#options.durability === "none" ? { fsync: "off", synchronous_commit: "off" } : {}),
    };
    return [
      "-D",
      this.#cluster,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ];
  }

  /**
   * PostgreSQL has no way to notice that we were killed, so a shell waits for the pipe to us to break and then
   * stops it.
   */
  #watch(server: ChildProcess): void {
    if (server.pid === undefined) return;
    this.#watchdog = spawn(
      "/bin/sh",
      [
        "-c",
        `read -r _; sleep ${ORPHAN_GRACE_SECONDS}; kill -INT "$1" 2>/dev/null`,
        "madoguchi-watchdog",
        String(server.pid),
      ],
      { ...this.#account, cwd: "/", stdio: ["pipe", "ignore", "ignore"], detached: true },
    );
    // Without a watchdog the next start still finds and stops what was left.
    this.#watchdog.on("error", () => undefined);
    this.#watchdog.stdin?.on("error", () => undefined);
  }

  async #accepts(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.superuserUrl, connectionTimeoutMillis: 2_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === INVALID_PASSWORD) {
        throw new StepError(
          "The embedded PostgreSQL does not accept the password kept in DATA_DIR/secrets.",
          "Restore DATA_DIR/secrets from the same backup as DATA_DIR/postgres.",
        );
      }
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async #prepareApplicationDatabase(): Promise<void> {
    const client = new pg.Client({ connectionString: this.superuserUrl });
    await client.connect();
    try {
      const role = client.escapeIdentifier(APPLICATION_ROLE);
      const password = client.escapeLiteral(this.#options.applicationPassword);
      const roles = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [APPLICATION_ROLE]);
      // Set at every start, so that a lost password file costs nothing.
      await client.query(
        `${roles.rowCount === 0 ? "CREATE" : "ALTER"} ROLE ${role} WITH LOGIN PASSWORD ${password}`,
      );
      const databases = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [
        APPLICATION_DATABASE,
      ]);
      if (databases.rowCount === 0) {
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(APPLICATION_DATABASE)} OWNER ${role}`);
      }
    } finally {
      await client.end();
    }
  }

  async #run(program: string, args: string[]) {
    return await runCommand(program, args, { ...this.#account, cwd: "/" });
  }

  async #own(entry: string): Promise<void> {
    const { uid, gid } = this.#account;
    if (uid !== undefined && gid !== undefined) await chown(entry, uid, gid);
  }
}

/** SQLSTATE 28P01. */
const INVALID_PASSWORD = "28P01";

async function within(event: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const result = await Promise.race([event.then(() => true), timeout]);
  clearTimeout(timer);
  return result;
}
