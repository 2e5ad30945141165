import { expect, test } from "vitest";
import type { PolicyFields } from "@/protocol/company-policy";
import { fromForm, linesOf, toForm, wrongNetworks } from "./policy-form";

const fields: PolicyFields = {
  lockoutThreshold: 5,
  lockoutMinutes: 30,
  passwordMaxAgeDays: 0,
  mfaRequired: false,
  signInIdleMinutes: 480,
  signInAbsoluteMinutes: 1_440,
  allowedNetworks: ["203.0.113.7", "2001:db8::/32"],
  receptionTtlMinutes: 10,
  autoAccept: false,
  allowControl: true,
  allowFiles: true,
  allowClipboard: true,
  allowRecording: false,
  consentText: "Two\nlines",
  sessionCategories: ["Printing", "Network"],
  displayName: "",
  sessionRetentionDays: 2_557,
  auditRetentionDays: 2_557,
};

test("a policy comes back from the form as it went in", () => {
  expect(fromForm(toForm(fields))).toEqual(fields);
});

test("empty lines and spaces are nothing, and lines keep their numbers", () => {
  expect(linesOf(" a \n\n  \nb\n")).toEqual([
    { number: 1, text: "a" },
    { number: 4, text: "b" },
  ]);
});

test("wrong networks are named by their line", () => {
  expect(wrongNetworks("203.0.113.0/24\n10/8\n\noffice")).toEqual([
    { number: 2, text: "10/8" },
    { number: 4, text: "office" },
  ]);
  expect(wrongNetworks("")).toEqual([]);
});
