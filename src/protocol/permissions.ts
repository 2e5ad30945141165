import { z } from "zod";

/**
 * What a customer may allow an operator to do. Each is granted and revoked by the customer alone, one by one, at any
 * moment of the session, and enforced by the relay.
 */
export const permissionNames = ["view", "pointer", "control", "clipboard", "file"] as const;
export type PermissionName = (typeof permissionNames)[number];

export const permissionsSchema = z.strictObject({
  view: z.boolean(),
  pointer: z.boolean(),
  control: z.boolean(),
  clipboard: z.boolean(),
  file: z.boolean(),
});
/** Which permissions are granted now. */
export type Permissions = z.infer<typeof permissionsSchema>;

/** What the consent page asks for: seeing and pointing. Everything else is asked for again, later. */
export const CONSENTED_PERMISSIONS: Permissions = {
  view: true,
  pointer: true,
  control: false,
  clipboard: false,
  file: false,
};

/** What is granted of `permissions` once only `grantable` ones may be. */
export function restrictPermissions(permissions: Permissions, grantable: Permissions): Permissions {
  return {
    view: permissions.view && grantable.view,
    pointer: permissions.pointer && grantable.pointer,
    control: permissions.control && grantable.control,
    clipboard: permissions.clipboard && grantable.clipboard,
    file: permissions.file && grantable.file,
  };
}

export function samePermissions(a: Permissions, b: Permissions): boolean {
  return permissionNames.every((name) => a[name] === b[name]);
}
