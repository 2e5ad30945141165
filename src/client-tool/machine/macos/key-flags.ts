/**
 * The flags of keyboard and mouse events (CGEventTypes.h; the lower bits tell left from right, IOLLEvent.h). An event carries the
 * modifiers with it: one that was only pressed beforehand would do nothing to the key after it.
 */
const modifierFlags: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ShiftLeft: 0x20000 | 0x2,
    ShiftRight: 0x20000 | 0x4,
    ControlLeft: 0x40000 | 0x1,
    ControlRight: 0x40000 | 0x2000,
    AltLeft: 0x80000 | 0x20,
    AltRight: 0x80000 | 0x40,
    MetaLeft: 0x100000 | 0x8,
    MetaRight: 0x100000 | 0x10,
    OSLeft: 0x100000 | 0x8,
    OSRight: 0x100000 | 0x10,
  }),
);
const ALL_MODIFIERS = [...modifierFlags.values()].reduce((all, flag) => all | flag, 0);

const NUMERIC_PAD = 0x200000;
const FUNCTION = 0x800000;

/**
 * @param current the flags that the event came with: Caps Lock and the like stay
 * @param held the codes that the operator holds, with the one that goes down now
 * @param code the key of the event; none for the mouse
 */
export function eventFlags(current: number, held: Iterable<string>, code?: string): number {
  let flags = current & ~ALL_MODIFIERS;
  for (const one of held) flags |= modifierFlags.get(one) ?? 0;
  if (code !== undefined) flags |= keyFlags(code);
  return flags >>> 0;
}

function keyFlags(code: string): number {
  if (/^Numpad|^NumLock$/.test(code)) return NUMERIC_PAD;
  if (/^Arrow/.test(code)) return NUMERIC_PAD | FUNCTION;
  return /^(F\d+|Home|End|PageUp|PageDown|Delete|Insert|Help|PrintScreen|ScrollLock|Pause)$/.test(code)
    ? FUNCTION
    : 0;
}
