import type { SeparateNetwork } from "../../fixtures/separate-network";
import { WorkerProgram } from "../relay/worker-program";
import { type ForwarderCommand, forwarderAnswerSchema, type Line } from "./line";

/** The line between the browsers of a network of their own and the relay: packets get lost on it, and take their time. */
export class BadLine {
  readonly #program: WorkerProgram;

  private constructor(program: WorkerProgram) {
    this.#program = program;
  }

  /** @param mediaPort of the relay; what goes there over UDP takes this line from now on */
  static async open(network: SeparateNetwork, mediaPort: number): Promise<BadLine> {
    const line = new BadLine(WorkerProgram.start("e2e/bench/network/forwarder.ts"));
    try {
      const { port } = await line.#tell({ do: "open", relayPort: mediaPort });
      network.detourUdp(mediaPort, port);
      return line;
    } catch (error) {
      line.close();
      throw error;
    }
  }

  /** Only between sessions: those that are open lose their way. @returns what became of the packets since the last change */
  async become(line: Line): Promise<{ packets: number; lost: number }> {
    return await this.#tell({ do: "become", ...line });
  }

  close(): void {
    this.#program.stop();
  }

  async #tell(command: ForwarderCommand): Promise<{ port: number; packets: number; lost: number }> {
    return forwarderAnswerSchema.parse(await this.#program.ask(command));
  }
}
