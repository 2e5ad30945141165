import { parseJson } from "@/lib/parse-json";
import {
  type ControlObstacle,
  type Monitor,
  type ToolMessage,
  type ToolPlatform,
  toolMessageSchema,
} from "@/protocol/control";

/** The Client Tool, as it last told. */
export interface ToolSnapshot {
  readonly platform: ToolPlatform;
  readonly version: string;
  /** `paused`: the customer uses the mouse; `questioned`: the customer's page asks something. */
  readonly phase: "ready" | "paused" | "questioned" | "blocked";
  /** What stands in the way while it is blocked. */
  readonly obstacle: ControlObstacle | null;
  readonly monitors: readonly Monitor[];
  /** The one that the picture is taken to show. */
  readonly monitorId: string | null;
}

interface ToolWatchOptions {
  onChange: (tool: ToolSnapshot | null) => void;
  /** The highest count of the operator's input that has been carried out. */
  onApplied?: (sequence: number) => void;
}

/** Follows what the Client Tool says about itself, for as long as it is there. */
export class ToolWatch {
  readonly #options: ToolWatchOptions;
  #isPresent = false;
  /** What it said last. The relay's word that it is there may come later than its own. */
  #said: ToolSnapshot | null = null;
  #tool: ToolSnapshot | null = null;

  constructor(options: ToolWatchOptions) {
    this.#options = options;
  }

  /** What the relay says: the tool itself cannot say that it is gone. */
  setPresent(isPresent: boolean): void {
    this.#isPresent = isPresent;
    if (!isPresent) this.#said = null;
    this.#change(this.#said);
  }

  /** What came over the channel; what is not of the protocol is dropped. */
  receive(raw: string): void {
    const message = toolMessageSchema.safeParse(parseJson(raw)).data;
    if (message?.type === "applied") this.#options.onApplied?.(message.sequence);
    if (message?.type !== "state") return;
    this.#said = snapshotOf(message);
    if (this.#isPresent) this.#change(this.#said);
  }

  #change(tool: ToolSnapshot | null): void {
    if (tool === this.#tool) return;
    this.#tool = tool;
    this.#options.onChange(tool);
  }
}

function snapshotOf({
  platform,
  version,
  state,
  monitors,
  monitorId,
}: Extract<ToolMessage, { type: "state" }>): ToolSnapshot {
  const obstacle = state.phase === "blocked" ? state.obstacle : null;
  return { platform, version, phase: state.phase, obstacle, monitors, monitorId };
}
