/** Which parts of the map are taken, so that labels do not cover each other. */

import { element } from "./dom";

/** Pixels that labels keep from pins and from each other. */
const APART = 3;

/** Left, top, right, bottom in pixels of the map. */
export type Box = [number, number, number, number];

export type Side = "right" | "left" | "below" | "above";

export class Boxes {
  private taken: Box[] = [];

  constructor(private readonly size: { x: number; y: number }) {}

  add(box: Box): void {
    this.taken.push(box);
  }

  /** Take a box if it lies within the map and is free. */
  place(box: Box): boolean {
    if (box[0] < 2 || box[1] < 2 || box[2] > this.size.x - 2 || box[3] > this.size.y - 2) return false;
    if (!this.isFree(box)) return false;
    this.taken.push(box);
    return true;
  }

  /** Find a free side of a point for a name of some width, as many pixels off. */
  beside({ x, y }: { x: number; y: number }, off: number, width: number): Side | null {
    const sides: Record<Side, Box> = {
      right: [x + off, y - 8, x + off + width, y + 8],
      left: [x - off - width, y - 8, x - off, y + 8],
      below: [x - width / 2, y + off - 1, x + width / 2, y + off + 14],
      above: [x - width / 2, y - off - 14, x + width / 2, y - off + 1],
    };
    return (Object.keys(sides) as Side[]).find((side) => this.place(sides[side])) ?? null;
  }

  private isFree([left, top, right, bottom]: Box): boolean {
    return !this.taken.some((other) =>
      left - APART < other[2] && right + APART > other[0] && top < other[3] && bottom > other[1]);
  }
}

/** The name of a marker, on the side that is free. */
export function nameBeside(name: string, side: Side, off: number): HTMLElement {
  const made = element("span", { class: `name ${side}` });
  // Shown by the style sheet, so that it is no second name to a screen reader.
  made.dataset.name = name;
  made.style.setProperty("--gap", `${Math.round(off)}px`);
  return made;
}

/** A name as the map has room for it. */
export function shortened(name: string): string {
  const letters = [...name];
  return letters.length > 40 ? `${letters.slice(0, 38).join("")}…` : name;
}

const measuring = document.createElement("canvas").getContext("2d");

export function textWidth(text: string, font: string): number {
  if (!measuring) return text.length * 7;
  measuring.font = font;
  return measuring.measureText(text).width;
}
