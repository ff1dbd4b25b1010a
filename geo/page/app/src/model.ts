/** Places, mentions and documents as columns, and what a filter leaves of them. */

import { Flag, Meta, PlaceColumns, PlaceRow, Shape } from "./payload";

export const SOLID = 800;
export const HOLLOW = 500;

export interface Filter {
  query: string;
  /** Thousandths. */
  confidence: number;
  demonyms: boolean;
  organizations: boolean;
  /** -1: all. */
  document: number;
  /** A key of KINDS, a country code, dates as 2012-09-30; empty: all. */
  kind: string;
  country: string;
  from: string;
  to: string;
}

export const NO_FILTER: Filter = {
  query: "", confidence: 0, demonyms: false, organizations: true, document: -1,
  kind: "", country: "", from: "", to: "",
};

/** Kinds of places by GeoNames' feature classes. */
export const KINDS: Record<string, [label: string, classes: string]> = {
  settlement: ["Towns and cities", "P"],
  division: ["Countries and divisions", "A"],
  site: ["Sites and buildings", "SR"],
  nature: ["Nature", "HTUV"],
  region: ["Regions", "L"],
};

/** Letters without case and accents, for searching. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export class Model {
  readonly places: PlaceColumns;
  placeCount: number;
  mentionCount: number;
  readonly documentCount: number;
  placeOf: Int32Array;
  confidence: Int16Array;
  flags: Uint8Array;
  /** Mentions that are no more, since a reader put another in their room. */
  gone: Uint8Array;
  /** The document of each mention, and each document's first mention. */
  documentOf: Int32Array;
  readonly first: Int32Array;
  /** What the filter leaves: mentions a place, its best confidence, whether all are approximate. */
  counts: Int32Array;
  best: Int16Array;
  approximate: Uint8Array;
  total = 0;
  readonly hasDemonyms: boolean;
  readonly hasOrganizations: boolean;
  /** The words of mentions without a place, as far as the page has any. */
  readonly unplaced = new Map<number, string>();
  /** What words are looked for in, once somebody looks for some. */
  private searched: string[] | null = null;
  private matching: Uint8Array;
  private readonly added = new Map<number, number[]>();
  private byPlace: number[][] | null = null;

  constructor(readonly meta: Meta) {
    const { places, mentions, documents } = meta;
    this.places = places;
    this.placeCount = places.id.length;
    this.mentionCount = mentions.place.length;
    this.documentCount = documents.id.length;
    this.placeOf = Int32Array.from(mentions.place);
    this.confidence = Int16Array.from(mentions.confidence);
    this.flags = Uint8Array.from(mentions.flags);
    this.gone = new Uint8Array(this.mentionCount);
    this.documentOf = new Int32Array(this.mentionCount);
    this.first = new Int32Array(this.documentCount + 1);
    let mention = 0;
    documents.mentions.forEach((amount, document) => {
      this.first[document] = mention;
      this.documentOf.fill(document, mention, mention + amount);
      mention += amount;
    });
    this.first[this.documentCount] = mention;
    this.counts = new Int32Array(this.placeCount);
    this.best = new Int16Array(this.placeCount);
    this.approximate = new Uint8Array(this.placeCount);
    this.matching = new Uint8Array(this.placeCount).fill(1);
    let unplaced = 0;
    for (let m = 0; m < this.mentionCount; m++)
      if (this.placeOf[m] < 0) this.unplaced.set(m, meta.unplaced[unplaced++] ?? "");
    this.hasDemonyms = mentions.flags.some((f) => f & Flag.Associative);
    this.hasOrganizations = mentions.flags.some((f) => f & Flag.Organization);
  }

  /** Count again under a filter. */
  apply(filter: Filter): void {
    const words = folded(filter.query).split(/\s+/).filter(Boolean);
    if (words.length) this.searched ??= this.places.name.map((_, i) => this.searchedWords(i));
    const searched = this.searched ?? [];
    const classes = KINDS[filter.kind]?.[1] ?? "";
    const { code, country } = this.places;
    for (let i = 0; i < this.placeCount; i++) {
      const matches =
        words.every((word) => searched[i].includes(word)) &&
        (!classes || (code[i][0] !== "." && classes.includes(code[i][0]))) &&
        (!filter.country || country[i] === filter.country);
      this.matching[i] = matches ? 1 : 0;
    }
    this.counts.fill(0);
    this.best.fill(0);
    this.approximate.fill(1);
    this.total = 0;
    this.byPlace = null;
    for (const m of this.mentions(filter.document)) {
      if (!this.passes(m, filter)) continue;
      const place = this.placeOf[m];
      this.counts[place]++;
      this.total++;
      if (this.confidence[m] > this.best[place]) this.best[place] = this.confidence[m];
      if (!(this.flags[m] & Flag.Approximate)) this.approximate[place] = 0;
    }
  }

  /** Whether a mention has a place and the filter counts it. */
  passes(mention: number, filter: Filter): boolean {
    const place = this.placeOf[mention];
    if (place < 0 || !this.matching[place] || this.gone[mention]) return false;
    const flags = this.flags[mention];
    return (
      this.confidence[mention] >= filter.confidence &&
      (filter.demonyms || !(flags & Flag.Associative)) &&
      (filter.organizations || !(flags & Flag.Organization)) &&
      (filter.document < 0 || this.documentOf[mention] === filter.document) &&
      this.isWithinDates(this.documentOf[mention], filter)
    );
  }

  /** Whether a document is of the dates asked for; one without a date is of none. */
  isWithinDates(document: number, { from, to }: Filter): boolean {
    if (!from && !to) return true;
    const date = this.meta.documents.published[document];
    return date !== "" && (!from || date >= from) && (!to || date <= to);
  }

  /** How many documents a filter takes in. */
  documentsWithin(filter: Filter): number {
    if (filter.document >= 0) return 1;
    let amount = 0;
    for (let d = 0; d < this.documentCount; d++) if (this.isWithinDates(d, filter)) amount++;
    return amount;
  }

  /** The mentions of one document, or of all; what a reader added comes last. */
  *mentions(document: number): Generator<number> {
    const from = document < 0 ? 0 : this.first[document];
    const to = document < 0 ? this.mentionCount : this.first[document + 1];
    for (let m = from; m < to; m++) if (!this.gone[m]) yield m;
    if (document >= 0) for (const m of this.added.get(document) ?? []) if (!this.gone[m]) yield m;
  }

  /** How many mentions a document has. */
  amount(document: number): number {
    let amount = 0;
    for (const _ of this.mentions(document)) amount++;
    return amount;
  }

  /** The number of a mention within its document, and the other way round. */
  local(mention: number): number {
    const document = this.documentOf[mention];
    const [from, to] = [this.first[document], this.first[document + 1]];
    const at = this.added.get(document)?.indexOf(mention) ?? -1;
    return at < 0 ? mention - from : to - from + at;
  }

  number(document: number, local: number): number {
    const [from, to] = [this.first[document], this.first[document + 1]];
    return local < to - from ? from + local : (this.added.get(document) ?? [])[local - (to - from)];
  }

  /** Make room for one more mention of a document; return its number. */
  addMention(document: number): number {
    const number = this.mentionCount++;
    this.placeOf = longer(this.placeOf, number, -1);
    this.confidence = longer(this.confidence, number, 0);
    this.flags = longer(this.flags, number, 0);
    this.gone = longer(this.gone, number, 1);
    this.documentOf = longer(this.documentOf, number, document);
    this.added.set(document, [...(this.added.get(document) ?? []), number]);
    return number;
  }

  /** Take a place in, if it is new; return its number. */
  addPlace(row: PlaceRow): number {
    const { id, latitude, longitude } = this.places;
    for (let i = 0; i < this.placeCount; i++)
      if (id[i] === row.id && latitude[i] === row.latitude && longitude[i] === row.longitude) return i;
    const number = this.placeCount++;
    const columns = this.places as unknown as Record<string, unknown[]>;
    for (const name of Object.keys(columns)) columns[name].push(row[name as keyof PlaceRow]);
    this.searched?.push(this.searchedWords(number));
    this.counts = longer(this.counts, number, 0);
    this.best = longer(this.best, number, 0);
    this.approximate = longer(this.approximate, number, 0);
    this.matching = longer(this.matching, number, 0);
    return number;
  }

  placeRow(place: number): PlaceRow {
    const entries = Object.entries(this.places).map(([name, column]) => [name, (column as unknown[])[place]]);
    return Object.fromEntries(entries) as unknown as PlaceRow;
  }

  private searchedWords(place: number): string {
    const { name, feature, path } = this.places;
    return folded(`${name[place]} ${feature[place]} ${path[place]}`);
  }

  /** The mentions of a place under a filter; those it hides only if it hides all. */
  mentionsOf(place: number, filter: Filter): number[] {
    if (!this.byPlace) {
      this.byPlace = Array.from({ length: this.placeCount }, () => []);
      this.placeOf.forEach((p, m) => p >= 0 && !this.gone[m] && this.byPlace?.[p].push(m));
    }
    const all = this.byPlace[place] ?? [];
    const passing = all.filter((m) => this.passes(m, filter));
    return passing.length ? passing : all;
  }

  isArea(place: number): boolean {
    return this.places.shape[place] !== Shape.Point;
  }

  isCountry(place: number): boolean {
    return this.places.shape[place] === Shape.Country;
  }

  /** Whether the map draws a place of itself: doubtful ones are only listed. */
  isDrawn(place: number): boolean {
    return this.counts[place] > 0 && this.best[place] >= HOLLOW;
  }

  words(place: number): string {
    return [this.places.feature[place], this.places.path[place]].filter(Boolean).join(" · ");
  }

  documentTitle(document: number): string {
    const { title, source, id } = this.meta.documents;
    return title[document] || source[document] || id[document];
  }
}

/** The same columns with room for one more value. */
function longer<T extends Int32Array | Int16Array | Uint8Array>(values: T, at: number, value: number): T {
  const made = new (values.constructor as new (length: number) => T)(at + 1);
  made.set(values);
  made[at] = value;
  return made;
}

export function confidenceWords(thousandths: number): string {
  if (thousandths >= 950) return "all but certain";
  if (thousandths >= SOLID) return "likely";
  if (thousandths >= HOLLOW) return "less sure";
  return "doubtful";
}

export const decimals = (thousandths: number): string => (thousandths / 1000).toFixed(2);
