import { expect, test } from "vitest";
import { grantablePermissions } from "./grantable-permissions";

const plan = { planControl: true, planFiles: true, planClipboard: true };
const policy = { allowControl: true, allowFiles: true, allowClipboard: true };
const everything = { view: true, pointer: true, control: true, clipboard: true, file: true };

test("what neither plan nor policy excludes can be granted", () => {
  expect(grantablePermissions({ ...plan, policy })).toEqual(everything);
  expect(grantablePermissions({ ...plan, policy: null })).toEqual(everything);
});

test.each([
  ["control", "planControl", "allowControl"],
  ["clipboard", "planClipboard", "allowClipboard"],
  ["file", "planFiles", "allowFiles"],
] as const)("%s needs the plan and the policy", (name, planned, allowed) => {
  const without = { ...everything, [name]: false };
  expect(grantablePermissions({ ...plan, [planned]: false, policy })).toEqual(without);
  expect(grantablePermissions({ ...plan, policy: { ...policy, [allowed]: false } })).toEqual(without);
});
