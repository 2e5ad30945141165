"use client";

import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { RadioGroup } from "radix-ui";
import { type PenColor, penColorSchema, penColors } from "@/protocol/data-channels";
import { inkOf } from "./drawing-layer";

interface PenColorsProps {
  value: PenColor;
  onChange: (color: PenColor) => void;
  disabled: boolean;
}

/** The pen's colours: one press each, arrow keys between them. The chosen one carries a mark, not only its colour. */
export function PenColors({ value, onChange, disabled }: PenColorsProps) {
  const t = useTranslations("session.tools");
  const choose = (next: string) => {
    const color = penColorSchema.safeParse(next);
    if (color.success) onChange(color.data);
  };
  return (
    <RadioGroup.Root
      aria-label={t("color")}
      value={value}
      onValueChange={choose}
      disabled={disabled}
      orientation="horizontal"
      className="flex items-center"
    >
      {penColors.map((color) => (
        <RadioGroup.Item
          key={color}
          value={color}
          aria-label={t(color)}
          title={t(color)}
          className="grid size-8 place-items-center rounded-full disabled:opacity-55"
        >
          <span
            className="grid size-5 place-items-center rounded-full border border-line-strong"
            style={{ background: inkOf[color] }}
          >
            <RadioGroup.Indicator>
              <Check
                aria-hidden
                strokeWidth={4}
                className={color === "yellow" ? "size-3.5 text-black" : "size-3.5 text-white"}
              />
            </RadioGroup.Indicator>
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
