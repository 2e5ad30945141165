import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Autosave, type AutosaveState } from "./autosave";

describe("a draft that saves itself", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function open(save: (draft: string) => Promise<unknown>) {
    const states: AutosaveState[] = [];
    let kept: string | null = null;
    const autosave = new Autosave<string>({
      save,
      isFinal: (error) => error === "refused",
      keep: (draft) => {
        kept = draft;
      },
      onState: (state) => states.push(state),
    });
    return { autosave, states, kept: () => kept };
  }

  test("is saved once, a moment after the last change", async () => {
    const save = vi.fn(async () => undefined);
    const { autosave, states, kept } = open(save);
    autosave.change("a");
    autosave.change("ab");
    expect(save).not.toHaveBeenCalled();
    expect(kept()).toBe("ab");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(save.mock.calls).toEqual([["ab"]]);
    expect(states.at(-1)).toBe("saved");
    expect(kept()).toBeNull();
  });

  test("what is written during a call is saved after it, and never before", async () => {
    const finish: (() => void)[] = [];
    const save = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)));
    const { autosave, kept } = open(save);
    autosave.change("first");
    autosave.flush();
    autosave.change("second");
    autosave.flush();
    expect(save).toHaveBeenCalledTimes(1);
    finish[0]?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(save.mock.calls).toEqual([["first"], ["second"]]);
    expect(kept()).toBe("second");
    finish[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(kept()).toBeNull();
  });

  test("a failure is tried again; a refusal is not", async () => {
    const save = vi.fn<(draft: string) => Promise<unknown>>();
    save.mockRejectedValueOnce("network").mockResolvedValueOnce(undefined).mockRejectedValueOnce("refused");
    const { autosave, states, kept } = open(save);
    autosave.change("a");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(states.at(-1)).toBe("failed");
    expect(kept()).toBe("a");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(states.at(-1)).toBe("saved");
    autosave.change("b");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toBe("refused");
    expect(save).toHaveBeenCalledTimes(3);
  });
});
