/** Which parts of the map are taken, so that labels do not cover each other. */

/** Left, top, right, bottom in pixels of the map. */
export type Box = [number, number, number, number];

export class Boxes {
  private taken: Box[] = [];

  constructor(private readonly size: { x: number; y: number }) {}

  add(box: Box): void {
    this.taken.push(box);
  }

  /** Take a box if it lies within the map and is free. */
  place(box: Box): boolean {
    if (box[0] < 2 || box[1] < 2 || box[2] > this.size.x - 2 || box[3] > this.size.y - 2) return false;
    for (const other of this.taken)
      if (box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) return false;
    this.taken.push(box);
    return true;
  }
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
