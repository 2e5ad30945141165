import koffi, { type LibraryHandle } from "koffi";

/** A Core Foundation or Core Graphics object: an address. Null is none. */
export type Ref = bigint | null;
export type Point = { x: number; y: number };
export type Rect = { origin: Point; size: { width: number; height: number } };

type TypeSpec = Parameters<typeof koffi.sizeof>[0];
/** A function of a system framework. How it is declared is handed in, so that a test can read the declarations on other systems. */
export type Declare = (
  framework: Framework,
  name: string,
  result: TypeSpec,
  parameters: TypeSpec[],
) => (...args: never[]) => unknown;

export type Framework = "CoreGraphics" | "CoreFoundation" | "ApplicationServices";

export const REF = koffi.pointer(koffi.opaque());
const CGPoint = koffi.struct({ x: "double", y: "double" });
const CGSize = koffi.struct({ width: "double", height: "double" });
const CGRect = koffi.struct({ origin: CGPoint, size: CGSize });
export const structs = { CGPoint, CGSize, CGRect } as const;

/** The part of Core Graphics, Core Foundation and Accessibility that the machine needs. What is created is the caller's to release. */
export function declareCoreGraphics(declare: Declare) {
  const graphics = (name: string, result: TypeSpec, parameters: TypeSpec[]) =>
    declare("CoreGraphics", name, result, parameters);
  const foundation = (name: string, result: TypeSpec, parameters: TypeSpec[]) =>
    declare("CoreFoundation", name, result, parameters);
  return {
    createSource: graphics("CGEventSourceCreate", REF, ["int32"]) as (state: number) => Ref,
    setSuppressionInterval: graphics("CGEventSourceSetLocalEventsSuppressionInterval", "void", [
      REF,
      "double",
    ]) as (source: Ref, seconds: number) => void,
    keyState: graphics("CGEventSourceKeyState", "bool", ["int32", "uint16"]) as (
      state: number,
      key: number,
    ) => boolean,
    secondsSinceLastEvent: graphics("CGEventSourceSecondsSinceLastEventType", "double", [
      "int32",
      "uint32",
    ]) as (state: number, type: number) => number,
    createEvent: graphics("CGEventCreate", REF, [REF]) as (source: Ref) => Ref,
    location: graphics("CGEventGetLocation", CGPoint, [REF]) as (event: Ref) => Point,
    createMouseEvent: graphics("CGEventCreateMouseEvent", REF, [REF, "uint32", CGPoint, "uint32"]) as (
      source: Ref,
      type: number,
      at: Point,
      button: number,
    ) => Ref,
    // The one of 10.13, which does without variable arguments: Apple silicon passes those differently.
    createScrollEvent: graphics("CGEventCreateScrollWheelEvent2", REF, [
      REF,
      "uint32",
      "uint32",
      "int32",
      "int32",
      "int32",
    ]) as (source: Ref, unit: number, wheels: number, up: number, left: number, third: number) => Ref,
    createKeyEvent: graphics("CGEventCreateKeyboardEvent", REF, [REF, "uint16", "bool"]) as (
      source: Ref,
      key: number,
      down: boolean,
    ) => Ref,
    setUnicodeString: graphics("CGEventKeyboardSetUnicodeString", "void", [
      REF,
      "ulong",
      koffi.pointer("uint16"),
    ]) as (event: Ref, length: number, units: Uint16Array) => void,
    setIntegerField: graphics("CGEventSetIntegerValueField", "void", [REF, "uint32", "int64"]) as (
      event: Ref,
      field: number,
      value: number,
    ) => void,
    getFlags: graphics("CGEventGetFlags", "uint64", [REF]) as (event: Ref) => number | bigint,
    setFlags: graphics("CGEventSetFlags", "void", [REF, "uint64"]) as (event: Ref, flags: number) => void,
    post: graphics("CGEventPost", "void", ["uint32", REF]) as (tap: number, event: Ref) => void,
    activeDisplays: graphics("CGGetActiveDisplayList", "int32", [
      "uint32",
      koffi.pointer("uint32"),
      koffi.out(koffi.pointer("uint32")),
    ]) as (most: number, displays: Uint32Array, count: number[]) => number,
    mainDisplay: graphics("CGMainDisplayID", "uint32", []) as () => number,
    displayBounds: graphics("CGDisplayBounds", CGRect, ["uint32"]) as (display: number) => Rect,
    isBuiltIn: graphics("CGDisplayIsBuiltin", "uint32", ["uint32"]) as (display: number) => number,
    copyDisplayMode: graphics("CGDisplayCopyDisplayMode", REF, ["uint32"]) as (display: number) => Ref,
    modeWidth: graphics("CGDisplayModeGetWidth", "size_t", [REF]) as (mode: Ref) => number,
    modePixelWidth: graphics("CGDisplayModeGetPixelWidth", "size_t", [REF]) as (mode: Ref) => number,
    copySession: graphics("CGSessionCopyCurrentDictionary", REF, []) as () => Ref,
    release: foundation("CFRelease", "void", [REF]) as (object: Ref) => void,
    createString: foundation("CFStringCreateWithCString", REF, [REF, "str", "uint32"]) as (
      allocator: null,
      text: string,
      encoding: number,
    ) => Ref,
    dictionaryValue: foundation("CFDictionaryGetValue", REF, [REF, REF]) as (
      dictionary: Ref,
      key: Ref,
    ) => Ref,
    createDictionary: foundation("CFDictionaryCreate", REF, [
      REF,
      koffi.pointer(REF),
      koffi.pointer(REF),
      "long",
      REF,
      REF,
    ]) as (allocator: null, keys: Ref[], values: Ref[], count: number, keyCalls: Ref, valueCalls: Ref) => Ref,
    typeOf: foundation("CFGetTypeID", "ulong", [REF]) as (object: Ref) => number | bigint,
    booleanType: foundation("CFBooleanGetTypeID", "ulong", []) as () => number | bigint,
    booleanValue: foundation("CFBooleanGetValue", "bool", [REF]) as (boolean: Ref) => boolean,
    isTrusted: declare("ApplicationServices", "AXIsProcessTrusted", "bool", []) as () => boolean,
    isTrustedWithOptions: declare("ApplicationServices", "AXIsProcessTrustedWithOptions", "bool", [REF]) as (
      options: Ref,
    ) => boolean,
  };
}

export type CoreGraphics = ReturnType<typeof declareCoreGraphics>;

const frameworks = new Map<Framework, LibraryHandle>();

function framework(name: Framework): LibraryHandle {
  // The path exists for the loader alone: since macOS 11 the files themselves are in one shared cache.
  const loaded = frameworks.get(name) ?? koffi.load(`/System/Library/Frameworks/${name}.framework/${name}`);
  frameworks.set(name, loaded);
  return loaded;
}

let coreGraphics: CoreGraphics | null = null;

/** @throws when this macOS lacks one of the functions */
export function openCoreGraphics(): CoreGraphics {
  coreGraphics ??= declareCoreGraphics((name, ...declaration) => framework(name).func(...declaration));
  return coreGraphics;
}

/** The object that an exported constant refers to. */
export function constantObject(name: Framework, constant: string): Ref {
  return koffi.decode(framework(name).symbol(constant), REF);
}

/** Where an exported structure lies. */
export function constantAddress(name: Framework, constant: string): Ref {
  return framework(name).symbol(constant);
}
