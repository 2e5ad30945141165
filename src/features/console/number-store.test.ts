// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { forgetNumbersExcept, rememberedNumbers, rememberNumber, tabStorage } from "./number-store";

describe("the digits this tab knows", () => {
  const storage = tabStorage();
  beforeEach(() => window.sessionStorage.clear());

  it("are there after a reload", () => {
    rememberNumber(storage, { receptionId: "a", number: "482915" });
    expect(rememberedNumbers(tabStorage())).toEqual(new Map([["a", "482915"]]));
  });

  it("never hold what is not a reception number, nor what others keep in the same storage", () => {
    window.sessionStorage.setItem("madoguchi.reception.a", "<b>482915</b>");
    window.sessionStorage.setItem("theme", "482915");
    expect(rememberedNumbers(storage).size).toBe(0);
  });

  it("are forgotten once no use is left for them", () => {
    rememberNumber(storage, { receptionId: "a", number: "482915" });
    rememberNumber(storage, { receptionId: "b", number: "731204" });
    rememberNumber(storage, { receptionId: "c", number: "118822" });
    forgetNumbersExcept(storage, new Set(["b"]));
    expect(rememberedNumbers(storage)).toEqual(new Map([["b", "731204"]]));
  });

  it("do without storage", () => {
    const full = {
      length: 0,
      key: () => null,
      getItem: () => null,
      removeItem: () => undefined,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    expect(() => rememberNumber(full, { receptionId: "a", number: "482915" })).not.toThrow();
    expect(rememberedNumbers(null).size).toBe(0);
  });
});
