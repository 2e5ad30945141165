"use client";

import { ImageUpscale } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { Menu, MenuRadioGroup } from "@/components/menu";
import { cn } from "@/lib/class-names";
import type { ChosenPicture } from "@/media/picture-choice";
import { type PictureMode, pictureModes } from "@/protocol/picture-mode";

interface PictureModeMenuProps {
  chosen: ChosenPicture;
  onChoose: (mode: PictureMode) => void;
}

/** Whether text shall be sharp or motion smooth. The customer is not asked: it changes nothing of what is shown. */
export function PictureModeMenu({ chosen: { mode, applied }, onChoose }: PictureModeMenuProps) {
  const t = useTranslations("session.pictureMode");
  const detailOf = { sharp: "sharpDetail", balanced: "balancedDetail", fluid: "fluidDetail" } as const;
  return (
    <Menu
      align="start"
      trigger={
        <Button
          variant="quiet"
          size="medium"
          aria-label={t("label", { mode: t(mode) })}
          title={t(applied ? "hint" : "pending")}
          className="px-3 font-normal [&_svg]:size-5"
        >
          <ImageUpscale aria-hidden />
          {/* All words in one place, so that the button is as wide as the longest, whichever is chosen. */}
          <span aria-hidden className="hidden 2xl:inline-grid">
            {pictureModes.map((one) => (
              <span key={one} className={cn("col-start-1 row-start-1", one !== mode && "invisible")}>
                {t(one)}
              </span>
            ))}
          </span>
        </Button>
      }
    >
      <MenuRadioGroup
        label={t("heading")}
        value={mode}
        options={pictureModes.map((value) => ({ value, label: t(detailOf[value]) }))}
        onChange={onChoose}
      />
    </Menu>
  );
}
