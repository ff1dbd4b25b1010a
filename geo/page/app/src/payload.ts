/** What `geo/page/payload.py` wrote: `geo.page/1`. */

import { unpackJson } from "./blocks";

export const Shape = { Point: 0, Area: 1, Country: 2 } as const;
export const Flag = { Associative: 1, Inside: 2, Organization: 4, Approximate: 8, Rejected: 16 } as const;
export const ORIGINS = ["resolver", "correction", "online", "coordinates"];
export const originOf = (flags: number): string => ORIGINS[(flags >> 5) & 3];

export interface PlaceColumns {
  id: string[];
  name: string[];
  feature: string[];
  path: string[];
  code: string[];
  country: string[];
  admin1: string[];
  admin2: string[];
  latitude: number[];
  longitude: number[];
  population: number[];
  radius_km: number[];
  bounds: (0 | [number, number, number, number])[];
  shape: number[];
}

export interface Meta {
  schema: string;
  title: string;
  text: "none" | "snippets" | "full";
  provenance: Record<string, string>;
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
}

/** Plain text, or a sentence in which every second string is a mention. */
export type Run = string | string[];
export type Paragraph = Run[] | { section: string };

export interface Alternative {
  id: string;
  name: string;
  feature: string;
  path: string;
  latitude: number;
  longitude: number;
  score: number;
}

interface Content {
  spans: number[];
  alternatives: number[];
  paragraphs?: Paragraph[];
  explanations?: number[];
  marks?: number[];
  behind?: [number, number, string][];
}

interface Piece {
  documents: Content[];
  explanations: string[];
  alternatives: [string, string, string, string, number, number, number][][];
}

/** One document's text and what is told of its mentions; mentions are numbered within it. */
export class Text {
  readonly paragraphs: Paragraph[];
  private sentences: { run: string[]; at: number }[] | null = null;
  private markOf: Map<number, number>;
  private words: Map<number, string>;

  constructor(
    private readonly content: Content,
    private readonly piece: Piece,
  ) {
    this.paragraphs = content.paragraphs ?? [];
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

  span(mention: number): [number, number] {
    const [start, length] = this.content.spans.slice(2 * mention, 2 * mention + 2);
    return [start, start + length];
  }

  explanation(mention: number): string {
    return this.piece.explanations[this.content.explanations?.[mention] ?? -1] ?? "";
  }

  alternatives(mention: number): Alternative[] {
    const rows = this.piece.alternatives[this.content.alternatives[mention]] ?? [];
    return rows.map(([id, name, feature, path, latitude, longitude, score]) => ({
      id, name, feature, path, latitude, longitude, score,
    }));
  }
}

/** Unpacks texts when they are asked for, and keeps the last few pieces. */
export class Texts {
  private kept = new Map<number, Promise<Piece>>();
  private inPiece: number[] = [];

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
    const number = this.meta.documents.piece[document];
    let piece = this.kept.get(number);
    if (!piece) {
      piece = unpackJson<Piece>(`piece-${number}`);
      this.kept.set(number, piece);
      if (this.kept.size > 12) this.kept.delete(this.kept.keys().next().value as number);
    }
    const unpacked = await piece;
    return new Text(unpacked.documents[this.inPiece[document]], unpacked);
  }
}
