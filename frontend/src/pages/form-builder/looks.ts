import { t } from "@/i18n";
import type { FormDetail } from "@/types";

/** What a creator chose about a form's looks; what is missing stands as it comes. */
export type Style = FormDetail["style"];

const ink = "#1c1a16";
const paper = "#ffffff";

/** What the real form has when nothing was chosen. */
export const usual = { accent: "#00684b", radius: 8 };

export const accents = (): [string, string][] => [
  [usual.accent, t("Pine")],
  ["#1c1a16", t("Ink")],
  ["#1f5fbf", t("Blue")],
  ["#7a1f5c", t("Plum")],
  ["#a83a24", t("Brick")],
  ["#8a5a00", t("Ochre")],
];
export const papers = (): [string, string][] => [
  ["#ffffff", t("White")],
  ["#fff6e6", t("Cream")],
  ["#eef4f1", t("Mist")],
  ["#eaf1fb", t("Sky")],
  ["#f7ecf2", t("Rose")],
  ["#1c1a16", t("Ink")],
];

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Dark or white text, as the server decides it for the real form: always at least 4.5:1. */
export function textOn(colour: string): string {
  const best = contrast(ink, colour) >= contrast(paper, colour) ? ink : paper;
  return contrast(best, colour) >= 4.5 ? best : "#000000";
}

/** A form with a colour or a picture of its own is a card; others stand on the page as they are. */
export const isCard = (style: Style): boolean => !!style.background || !!style.picture_id;
