/** What `geo/page/payload.py` wrote: `geo.page/1`. */

import { unpackJson } from "./blocks";
import { Line } from "./lines";
import { Changes, recut } from "./recut";

export const Shape = { Point: 0, Area: 1, Country: 2 } as const;
export const Flag = { Associative: 1, Inside: 2, Organization: 4, Approximate: 8, Rejected: 16 } as const;
export const ORIGINS = ["resolver", "correction", "online", "coordinates"];
export const ORIGIN_BITS = { correction: 32, all: 96 };
export const originOf = (flags: number): string => ORIGINS[(flags >> 5) & 3];

export interface PlaceRow {
  id: string;
  name: string;
  feature: string;
  path: string;
  code: string;
  country: string;
  admin1: string;
  admin2: string;
  latitude: number;
  longitude: number;
  population: number;
  radius_km: number;
  bounds: 0 | [number, number, number, number];
  shape: number;
}
export type PlaceColumns = { [K in keyof PlaceRow]: PlaceRow[K][] };

export interface Meta {
  schema: string;
  title: string;
  text: "none" | "snippets" | "full";
  provenance: Record<string, string>;
  /** What whoever made the page kept out of it. */
  hidden: { words: boolean; round_km: number };
  sources: string[];
  places: PlaceColumns;
  mentions: { place: number[]; confidence: number[]; flags: number[] };
  documents: {
    id: string[];
    title: string[];
    source: string[];
    published: string[];
    language: string[];
    mentions: number[];
    piece: number[];
  };
  unplaced: string[];
  /** Whether the documents are here as they were read, so that corrections fit them. */
  correctable: boolean;
  /** What was corrected when the page was made, the earliest first. */
  corrections: Omit<Line, "given">[];
  digest: string;
}

/** Plain text, or a sentence in which every second string is a mention. */
export type Run = string | string[];
export type Paragraph = Run[] | { section: string };

export interface Alternative extends PlaceRow {
  /** null: it was the place before a correction. */
  score: number | null;
}

export interface Content {
  spans: number[];
  alternatives: number[];
  paragraphs?: Paragraph[];
  /** Of each paragraph that is a list: where it begins, in code points. */
  starts?: number[];
  explanations?: number[];
  marks?: number[];
  behind?: [number, number, string][];
}

interface Piece {
  documents: Content[];
  explanations: string[];
  alternatives: [place: number, score: number][][];
  /** Their places, as rows in the order of the columns of `Meta.places`. */
  places: PlaceRow[keyof PlaceRow][][];
}

/** One document's text and what is told of its mentions; mentions are numbered within it. */
export class Text {
  readonly paragraphs: Paragraph[];
  readonly starts: number[];
  private sentences: { run: string[]; at: number }[] | null = null;
  private joined: [number, string][] | null = null;
  private markOf: Map<number, number>;
  private words: Map<number, string>;

  constructor(
    private readonly content: Content,
    private readonly piece: Piece,
    private readonly columns: (keyof PlaceRow)[],
    private readonly changes?: Changes,
  ) {
    this.paragraphs = content.paragraphs ?? [];
    this.starts = content.starts ?? [];
    this.markOf = new Map((content.marks ?? []).map((mention, mark) => [mention, mark]));
    this.words = new Map();
    for (const [mention, mark, words] of content.behind ?? []) {
      this.markOf.set(mention, mark);
      this.words.set(mention, words);
    }
  }

  /** Which mention the mark of that number is. */
  mention(mark: number): number {
    return this.content.marks ? this.content.marks[mark] : mark;
  }

  /** The sentence that holds a mention, and at which of its strings; none without text. */
  sentence(mention: number): { run: string[]; at: number } | null {
    if (!this.sentences) {
      this.sentences = [];
      for (const paragraph of this.paragraphs) {
        if (!Array.isArray(paragraph)) continue;
        for (const run of paragraph)
          if (typeof run !== "string")
            for (let at = 1; at < run.length; at += 2) this.sentences.push({ run, at });
      }
    }
    return this.sentences[this.markOf.get(mention) ?? mention] ?? null;
  }

  /** The mention's own words; empty where the page holds no text. */
  surface(mention: number): string {
    const found = this.words.get(mention);
    if (found !== undefined) return found;
    const sentence = this.sentence(mention);
    return sentence ? sentence.run[sentence.at] : "";
  }

  /** How many mentions it has. */
  get amount(): number {
    return this.content.spans.length / 2;
  }

  /** The paragraphs with where each begins, in code points. */
  stretches(): [start: number, content: string][] {
    if (this.joined) return this.joined;
    const texts = this.paragraphs.filter((paragraph): paragraph is Run[] => Array.isArray(paragraph));
    this.joined = texts.map((runs, i) => [this.starts[i], runs.flat().join("")]);
    return this.joined;
  }

  /** What the document reads at a span of code points; null where that part is not in the page. */
  slice(start: number, end: number): string | null {
    const texts = this.stretches();
    let low = 0;
    for (let high = texts.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (texts[middle][0] <= start) low = middle + 1;
      else high = middle;
    }
    if (!low) return null;
    const [from, content] = texts[low - 1];
    const letters = [...content];
    return end - from > letters.length ? null : letters.slice(start - from, end - from).join("");
  }

  /** What stands before and after a span, as many letters of its paragraph as are wanted. */
  around(start: number, end: number, letters: number): [string, string] {
    const before = this.slice(Math.max(start - letters, this.beginOf(start)), start) ?? "";
    let after = "";
    for (let n = letters; n > 0 && !after; n = Math.floor(n / 2)) after = this.slice(end, end + n) ?? "";
    return [before, after];
  }

  private beginOf(at: number): number {
    return this.stretches().reduce((begin, [start]) => (start <= at ? start : begin), 0);
  }

  span(mention: number): [number, number] {
    const [start, length] = this.content.spans.slice(2 * mention, 2 * mention + 2);
    return [start, start + length];
  }

  explanation(mention: number): string {
    const changed = this.changes?.told.get(mention);
    if (changed) return changed.explanation;
    return this.piece.explanations[this.content.explanations?.[mention] ?? -1] ?? "";
  }

  alternatives(mention: number): Alternative[] {
    const changed = this.changes?.told.get(mention);
    if (changed) return changed.alternatives;
    const rows = this.piece.alternatives[this.content.alternatives[mention]] ?? [];
    return rows.map(([place, score]) => {
      const values = this.piece.places[place];
      const row = Object.fromEntries(this.columns.map((name, i) => [name, values[i]]));
      return { ...(row as unknown as PlaceRow), score };
    });
  }
}

/** Unpacks texts when they are asked for, and keeps the last few pieces. */
export class Texts {
  private kept = new Map<number, Promise<Piece>>();
  private inPiece: number[] = [];
  /** What a reader changed, by document. */
  readonly changes = new Map<number, Changes>();

  constructor(private readonly meta: Meta) {
    let piece = -1;
    let number = 0;
    for (const current of meta.documents.piece) {
      number = current === piece ? number + 1 : 0;
      piece = current;
      this.inPiece.push(number);
    }
  }

  async of(document: number): Promise<Text> {
    return this.text(document, this.changes.get(document));
  }

  /** The text as the page was made, without what a reader changed. */
  async original(document: number): Promise<Text> {
    return this.text(document);
  }

  private async text(document: number, changes?: Changes): Promise<Text> {
    const number = this.meta.documents.piece[document];
    let piece = this.kept.get(number);
    if (!piece) {
      piece = unpackJson<Piece>(`piece-${number}`);
      this.kept.set(number, piece);
      if (this.kept.size > 12) this.kept.delete(this.kept.keys().next().value as number);
    }
    const unpacked = await piece;
    const content = unpacked.documents[this.inPiece[document]];
    const columns = Object.keys(this.meta.places) as (keyof PlaceRow)[];
    return new Text(changes ? recut(content, changes) : content, unpacked, columns, changes);
  }
}
