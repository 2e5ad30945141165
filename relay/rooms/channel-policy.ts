import { AppError } from "@/lib/app-error";
import { type ChannelLabel, channelRule } from "@/protocol/data-channels";
import type { Permissions } from "@/protocol/permissions";
import type { JoinRole } from "@/protocol/roles";
import type { SignallingInput } from "@/protocol/signalling";

/**
 * Checks that a side may send on a channel, and with the delivery that the channel's rule prescribes.
 *
 * @throws AppError PERMISSION_DENIED for the wrong side, MESSAGE_MALFORMED for another delivery
 */
export function assertMayProduceData(
  role: JoinRole,
  { label, sctpStreamParameters }: SignallingInput<"produceData">,
): void {
  const rule = channelRule(label);
  if (!maySendOn(role, label)) throw new AppError("PERMISSION_DENIED");
  const { ordered = true, maxPacketLifeTime, maxRetransmits } = sctpStreamParameters;
  if (ordered !== rule.ordered || maxRetransmits !== rule.maxRetransmits || maxPacketLifeTime !== undefined) {
    throw new AppError("MESSAGE_MALFORMED");
  }
}

/** Whether somebody may send on a channel at all, whatever is permitted. */
export function maySendOn(role: JoinRole, label: ChannelLabel): boolean {
  return role !== "observer" && channelRule(label).senders.includes(role);
}

/**
 * Whether somebody may receive a channel at all, whatever is permitted: observers see what is shown and read no chat, the Client Tool
 * hears what is for the machine alone.
 */
export function mayReceiveChannel(role: JoinRole, label: ChannelLabel): boolean {
  const { receivers, observed } = channelRule(label);
  return role === "observer" ? observed : receivers.includes(role);
}

/** Whether messages that `sender` sends on a channel pass the relay now. */
export function channelFlows(label: ChannelLabel, sender: JoinRole, permissions: Permissions): boolean {
  const { permission, permissionFor } = channelRule(label);
  const needsPermission = permissionFor.some((role) => role === sender);
  return !needsPermission || permission === null || permissions[permission];
}

/**
 * How the relay delivers a channel's messages to the other side. mediasoup 3.19 reads `maxRetransmits: 0` as "unset", which
 * means reliable; one retransmission is the closest it can do to none.
 */
export function deliveryOf(label: ChannelLabel): { ordered: boolean; maxRetransmits?: number } {
  const { ordered, maxRetransmits } = channelRule(label);
  return maxRetransmits === undefined
    ? { ordered }
    : { ordered, maxRetransmits: Math.max(1, maxRetransmits) };
}
