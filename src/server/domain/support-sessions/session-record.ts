import { type ToolDevice, toolDeviceSchema } from "@/protocol/client-tool";
import { type DeviceInformation, deviceInformationSchema } from "@/protocol/device-information";
import { type Permissions, permissionsSchema } from "@/protocol/permissions";
import type { Prisma } from "@/server/db/generated/client";

/** Nothing granted: what a session starts with, and what a row that cannot be read is taken for. */
export const NO_PERMISSIONS: Permissions = {
  view: false,
  pointer: false,
  control: false,
  clipboard: false,
  file: false,
};

/** The columns that every view of a session is made of. */
export const sessionColumns = {
  id: true,
  companyId: true,
  operatorId: true,
  receptionId: true,
  phase: true,
  createdAt: true,
  acceptedAt: true,
  startedAt: true,
  endedAt: true,
  endReason: true,
  device: true,
  toolDevice: true,
  permissions: true,
  relayId: true,
  operatorPresent: true,
  customerPresent: true,
  lastPresentAt: true,
  bytesForwarded: true,
  operator: { select: { name: true } },
  company: {
    select: {
      name: true,
      region: true,
      planControl: true,
      planFiles: true,
      planClipboard: true,
      policy: {
        select: {
          displayName: true,
          consentText: true,
          allowControl: true,
          allowFiles: true,
          allowClipboard: true,
        },
      },
      logo: { select: { updatedAt: true } },
    },
  },
} as const satisfies Prisma.SupportSessionSelect;

export type SessionRecord = Prisma.SupportSessionGetPayload<{ select: typeof sessionColumns }>;

/** The device as stored; null for a row from before a change of the schema, which then simply shows no device. */
export function storedDevice(json: unknown): DeviceInformation | null {
  const parsed = deviceInformationSchema.safeParse(json);
  return parsed.success ? parsed.data : null;
}

/** What the Client Tool told, as stored; null as for {@link storedDevice}. */
export function storedToolDevice(json: unknown): ToolDevice | null {
  const parsed = toolDeviceSchema.safeParse(json);
  return parsed.success ? parsed.data : null;
}

/** The permissions as stored. A row that cannot be read grants nothing. */
export function storedPermissions(json: unknown): Permissions {
  const parsed = permissionsSchema.safeParse(json);
  return parsed.success ? parsed.data : NO_PERMISSIONS;
}

/** Whole seconds from consent to the end; null when nothing was ever shared or the session still goes on. */
export function durationSeconds(session: { startedAt: Date | null; endedAt: Date | null }): number | null {
  if (session.startedAt === null || session.endedAt === null) return null;
  return Math.max(0, Math.floor((session.endedAt.getTime() - session.startedAt.getTime()) / 1000));
}
