import type { Permissions } from "@/protocol/permissions";

/** What a company's plan has, and what its policy allows of that; without a policy of its own, everything. */
export interface PlannedCompany {
  readonly planControl: boolean;
  readonly planFiles: boolean;
  readonly planClipboard: boolean;
  readonly policy: {
    readonly allowControl: boolean;
    readonly allowFiles: boolean;
    readonly allowClipboard: boolean;
  } | null;
}

/** What customers of the company can grant at all. Seeing and pointing are what the product is. */
export function grantablePermissions({
  planControl,
  planFiles,
  planClipboard,
  policy,
}: PlannedCompany): Permissions {
  return {
    view: true,
    pointer: true,
    control: planControl && (policy?.allowControl ?? true),
    clipboard: planClipboard && (policy?.allowClipboard ?? true),
    file: planFiles && (policy?.allowFiles ?? true),
  };
}
