"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type { Quality } from "@/media/session-state";
import { bitrateFigure, type Figure, qualityFigures } from "./quality-figures";

/** A grade is read out when it has lasted this long: a connection that wavers would be read out all the time. */
const STEADY_MS = 6_000;

/** Writes a figure with its unit. */
export function useFigureText(): (figure: Figure) => string {
  const t = useTranslations("session.quality");
  return (figure) => {
    if (figure.unit === "none") return t("none");
    if (figure.unit === "plain") return String(figure.value);
    return t(figure.unit, { value: String(figure.value) });
  };
}

/** What makes the connection as it is, in one sentence. */
export function useQualityReason(quality: Quality | null): string {
  const t = useTranslations("session.quality.reasons");
  const tell = useFigureText();
  if (quality === null) return t("unknown");
  const { cause } = quality;
  const figures = (of: Partial<Quality>) =>
    qualityFigures({ rttMs: null, lossRatio: null, framesPerSecond: null, bitrateBps: null, ...of });
  switch (cause?.kind) {
    case undefined:
      return t("good");
    case "roundTrip": {
      const value = tell(figures({ rttMs: cause.rttMs }).roundTrip);
      return t(cause.side === "own" ? "roundTripOwn" : "roundTripCustomer", { value });
    }
    case "loss": {
      const value = tell(figures({ lossRatio: cause.lossRatio }).loss);
      return t(cause.side === "own" ? "lossOwn" : "lossCustomer", { value });
    }
    case "upload":
      return t("upload", { value: tell(bitrateFigure(cause.availableBps)) });
    case "processor":
      return t("processor");
  }
}

/**
 * The sentence to read out: only when the grade has become another one and stays so. Empty for the first grade, which is there
 * to be read by whoever looks for it.
 */
export function useQualityAnnouncement(quality: Quality | null, sentence: string): string {
  const grade = quality?.grade ?? null;
  // Its figures change with every look, and that must not begin the waiting anew.
  const latest = useRef(sentence);
  useEffect(() => {
    latest.current = sentence;
  }, [sentence]);
  const [told, setTold] = useState<{ grade: Quality["grade"]; sentence: string } | null>(null);
  useEffect(() => {
    if (grade === null || grade === told?.grade) return;
    const isFirst = told === null;
    const timer = setTimeout(
      () => setTold({ grade, sentence: isFirst ? "" : latest.current }),
      isFirst ? 0 : STEADY_MS,
    );
    return () => clearTimeout(timer);
  }, [grade, told]);
  return told?.sentence ?? "";
}
