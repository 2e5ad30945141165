import { parseJson } from "@/lib/parse-json";
import {
  clipboardMessageSchema,
  controlMessageSchema,
  motionMessageSchema,
  questionMessageSchema,
  surfaceMessageSchema,
} from "@/protocol/control";
import type { ChannelLabel } from "@/protocol/data-channels";
import type { ClipboardExchange } from "./clipboard-exchange";
import type { ControlEngine } from "./control-engine";

/** Hands on what the operator's console and the customer's page say. What is of no known form is left out. */
export function hearMessage(
  { engine, clipboard }: { engine: ControlEngine; clipboard: ClipboardExchange },
  label: ChannelLabel,
  text: string,
): void {
  const value = parseJson(text);
  switch (label) {
    case "motion": {
      const message = motionMessageSchema.safeParse(value);
      if (message.success) engine.move(message.data);
      return;
    }
    case "control": {
      const message = controlMessageSchema.safeParse(value);
      if (message.success) engine.control(message.data);
      return;
    }
    case "question": {
      const question = questionMessageSchema.safeParse(value);
      if (question.success) engine.setQuestioned(question.data.isOpen);
      const surface = surfaceMessageSchema.safeParse(value);
      if (surface.success) engine.setSurface(surface.data);
      return;
    }
    case "clipboard": {
      const message = clipboardMessageSchema.safeParse(value);
      if (message.success) clipboard.hear(message.data);
      return;
    }
    default:
      // Nothing else is meant for the tool.
      return;
  }
}
