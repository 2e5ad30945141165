// Which address other machines of the same network reach this one at.
import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import os from "node:os";
import { StepError } from "../../setup/report.mjs";

/** Of the documentation range (RFC 5737): the way there is the default route, and nothing is ever sent. */
const SOMEWHERE_ELSE = "203.0.113.1";
const DISCARD_PORT = 9;

export interface LanAddress {
  readonly address: string;
  /** The network interface it belongs to, like eth0. */
  readonly interfaceName: string;
}

export interface ChosenLanAddress extends LanAddress {
  /** What could have been chosen instead. */
  readonly others: readonly LanAddress[];
}

type Interfaces = ReturnType<typeof os.networkInterfaces>;

/**
 * Chooses the address to serve: the wanted one; else the one that packets to the rest of the world leave from; else the first.
 *
 * @throws StepError when the wanted address is not one of this machine, or there is none
 */
export async function chooseLanAddress(
  wanted: string | undefined,
  interfaces: Interfaces = os.networkInterfaces(),
): Promise<ChosenLanAddress> {
  const all = addressesOf(interfaces);
  const offered = all.filter(({ isLoopback }) => !isLoopback);
  if (wanted !== undefined) {
    const found = all.find(({ address }) => address === wanted);
    if (found === undefined) throw notOurs(wanted, offered);
    return chosen(found, []);
  }
  const outgoing = await outgoingAddress();
  const best = offered.find(({ address }) => address === outgoing) ?? offered[0];
  if (best === undefined) {
    throw new StepError(
      "This machine has no address in a network, so no other machine could reach it.",
      "Connect it to a network, or start without --lan.",
    );
  }
  return chosen(
    best,
    offered.filter((one) => one !== best),
  );
}

function chosen({ address, interfaceName }: LanAddress, others: readonly LanAddress[]): ChosenLanAddress {
  return {
    address,
    interfaceName,
    others: others.map((one) => ({ address: one.address, interfaceName: one.interfaceName })),
  };
}

/** IPv4 addresses: in the networks this is for everybody has one, and it can be read out on the phone. */
function addressesOf(interfaces: Interfaces): (LanAddress & { isLoopback: boolean })[] {
  return Object.entries(interfaces).flatMap(([interfaceName, addresses = []]) =>
    addresses
      .filter(({ family }) => family === "IPv4")
      .map(({ address, internal }) => ({ address, interfaceName, isLoopback: internal })),
  );
}

/** A connected UDP socket has chosen its own address, before anything is sent; undefined without a default route. */
async function outgoingAddress(): Promise<string | undefined> {
  const socket = dgram.createSocket("udp4");
  try {
    const connected = once(socket, "connect");
    socket.connect(DISCARD_PORT, SOMEWHERE_ELSE);
    await connected;
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

function notOurs(wanted: string, offered: readonly LanAddress[]): StepError {
  const list = offered.map(({ address, interfaceName }) => `${address} (${interfaceName})`).join(", ");
  const isName = net.isIP(wanted) === 0;
  return new StepError(
    isName
      ? `--lan=${wanted} is not an IP address.`
      : `--lan=${wanted}: this machine has no such IPv4 address.`,
    list === "" ? "It has none in any network." : `It has ${list}.`,
  );
}
