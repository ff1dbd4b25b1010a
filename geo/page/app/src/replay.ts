/** Corrections replayed on the page's rows, by the rules of `geo/corrections/replay.py`. */

import { Line, placeRow, SCOPES } from "./lines";
import { Model } from "./model";
import { Alternative, Flag, ORIGIN_BITS, PlaceRow, Text, Texts } from "./payload";
import { Changes } from "./recut";

/** Degrees within which a place of the same id is the same place. */
const SAME_DEGREES = 0.001;
const SAID = { place: "Corrected", confirm: "Confirmed", reject: "Rejected in a correction", add: "Added in a correction" };
const FOR = { mention: "", document: " for this document", corpus: " for the whole corpus" };
const CHANGED_ORIGIN = ORIGIN_BITS.correction;

/** A mention after the corrections of its span. */
interface Ruling {
  /** -1: new. */
  local: number;
  start: number;
  end: number;
  /** The rank of the line that claims it; none where nothing was said, or it was rejected. */
  claim: number;
  /** What the reader's line says; null where the row stays as the page was made. */
  line: Line | null;
  place: Line["place"];
}

export class Replay {
  /** Lines that do not fit the text of their document. */
  stale: Line[] = [];
  /** By mention: the line that decided it, for the card. */
  readonly decided = new Map<number, Line>();
  private readonly documents: Map<string, number>;
  private readonly base: { placeOf: Int32Array; confidence: Int16Array; flags: Uint8Array };
  private readonly slots = new Map<number, Map<string, number>>();
  private readonly words = new Map<number, string[]>();
  private lines: Line[] = [];

  constructor(
    private readonly model: Model,
    private readonly texts: Texts,
  ) {
    this.documents = new Map(model.meta.documents.id.map((id, number) => [id, number]));
    this.base = { placeOf: model.placeOf.slice(), confidence: model.confidence.slice(), flags: model.flags.slice() };
  }

  documentOf(line: Line): number {
    return this.documents.get(line.document_id) ?? -1;
  }

  /** Put the rows back as the page was made, and replay all lines on them. */
  async run(lines: Line[]): Promise<void> {
    const { model, base } = this;
    for (const [name, values] of Object.entries(base)) model[name as keyof typeof base].set(values as never);
    const built = base.placeOf.length;
    model.placeOf.fill(-1, built);
    model.confidence.fill(0, built);
    model.flags.fill(0, built);
    model.gone.fill(0).fill(1, built);
    this.texts.changes.clear();
    this.decided.clear();
    this.stale = await this.withoutText(lines);
    this.lines = ranked(lines.filter((line) => !this.stale.includes(line)));
    const own = this.lines.filter((line) => !line.given);
    const everywhere = own.some((line) => line.applies_to === "corpus");
    const touched = everywhere ? [...model.meta.documents.id.keys()] : [...new Set(own.map((line) => this.documentOf(line)))];
    for (const document of touched) if (document >= 0) await this.replay(document);
  }

  private async withoutText(lines: Line[]): Promise<Line[]> {
    const stale: Line[] = [];
    const texts = new Map<number, Text>();
    for (const line of lines) {
      const document = this.documentOf(line);
      if (document < 0 || line.given) continue;
      const text = texts.get(document) ?? (await this.texts.original(document));
      texts.set(document, text);
      const words = text.slice(line.start, line.end);
      // Of a text that is here in part, the rest is not known.
      if (words === null ? this.model.meta.text === "full" : words !== line.mention) stale.push(line);
    }
    return stale;
  }

  private async replay(document: number): Promise<void> {
    const text = await this.texts.original(document);
    const bySpan = new Map<string, number[]>();
    const byWords = new Map<string, number[]>();
    const wanted = new Map<string, [number, number]>();
    this.lines.forEach((line, rank) => {
      const isOwn = this.documentOf(line) === document;
      if (!isOwn && line.applies_to !== "corpus") return;
      if (isOwn) push(bySpan, key(line.start, line.end), rank);
      if (line.applies_to !== "mention") push(byWords, folded(line.mention), rank);
      if (line.given || line.action === "reject" || (!line.place && line.action !== "add")) return;
      if (isOwn) wanted.set(key(line.start, line.end), [line.start, line.end]);
      if (line.action === "add" && line.applies_to !== "mention")
        for (const span of occurrences(line.mention, text)) wanted.set(key(...span), span);
    });
    const words = this.wordsOf(document, text);
    const rulings: Ruling[] = [];
    words.forEach((surface, local) => {
      const [start, end] = text.span(local);
      wanted.delete(key(start, end));
      const ranks = ranksOf(bySpan.get(key(start, end)), byWords.get(folded(surface)));
      rulings.push({ local, start, end, ...this.rule(ranks, this.model.placeOf[this.model.number(document, local)] >= 0, true) });
    });
    for (const [start, end] of wanted.values()) {
      const surface = text.slice(start, end);
      if (surface === null) continue;
      const ranks = ranksOf(bySpan.get(key(start, end)), byWords.get(folded(surface)));
      const ruling = this.rule(ranks, false, false);
      if (ruling.line && ruling.claim >= 0) rulings.push({ local: -1, start, end, ...ruling });
    }
    this.write(document, text, rulings);
  }

  /** What the strongest line says of a mention that has a place, that is there at all, or neither. */
  private rule(ranks: number[], isPlaced: boolean, isThere: boolean): Pick<Ruling, "claim" | "line" | "place"> {
    for (const [n, rank] of ranks.entries()) {
      const line = this.lines[rank];
      if (line.action === "reject") return { claim: -1, line: line.given ? null : line, place: null };
      if (line.given) return { claim: rank, line: null, place: null };
      const place = ranks.slice(n).map((other) => this.lines[other]).find((other) => other.place && other.action !== "reject")?.place ?? null;
      if (place || (line.action === "confirm" && isPlaced)) return { claim: rank, line, place };
      // One that adds what is there already, and knows no place, leaves the row as it is.
      if (line.action === "add") return { claim: rank, line: isThere ? null : line, place };
    }
    return { claim: -1, line: null, place: null };
  }

  private write(document: number, text: Text, rulings: Ruling[]): void {
    const { model } = this;
    const kept = settled(rulings);
    const slots = this.slots.get(document) ?? new Map<string, number>();
    this.slots.set(document, slots);
    const changes: Changes = { added: [], gone: new Set(), told: new Map() };
    for (const ruling of rulings) {
      if (ruling.local >= 0 && !kept.has(ruling)) {
        model.gone[model.number(document, ruling.local)] = 1;
        changes.gone.add(ruling.local);
      }
      if (ruling.local >= 0 || !kept.has(ruling)) continue;
      const at = key(ruling.start, ruling.end);
      if (!slots.has(at)) slots.set(at, model.addMention(document));
      ruling.local = model.local(slots.get(at) as number);
      model.gone[slots.get(at) as number] = 0;
    }
    const amount = text.amount;
    for (const [at, number] of slots) {
      const [start, end] = at.split(" ").map(Number);
      changes.added.push([start, end]);
      if (model.gone[number]) changes.gone.add(amount + changes.added.length - 1);
    }
    for (const ruling of kept) if (ruling.line) this.tell(document, text, ruling, ruling.line, changes);
    this.texts.changes.set(document, changes);
  }

  private tell(document: number, text: Text, ruling: Ruling, line: Line, changes: Changes): void {
    const { model } = this;
    const mention = model.number(document, ruling.local);
    const isBuilt = ruling.local < text.amount;
    const before = isBuilt ? model.placeOf[mention] : -1;
    const surface = text.slice(ruling.start, ruling.end) ?? line.mention;
    let alternatives: Alternative[] = isBuilt ? text.alternatives(ruling.local) : [];
    let flags = (model.flags[mention] & ~(ORIGIN_BITS.all | Flag.Rejected)) | CHANGED_ORIGIN;
    let what: string;
    let place = before;
    if (line.action === "reject") {
      place = -1;
      flags = (flags | Flag.Rejected) & ~Flag.Approximate;
      what = `"${surface}" is not a place`;
    } else {
      if (ruling.place) place = model.addPlace(this.known(ruling.place, before, alternatives));
      if (place !== before) flags &= ~Flag.Approximate;
      what = place < 0 ? `"${surface}" is a place that nobody named yet` : `"${surface}" means ${model.places.name[place]}`;
    }
    if (before >= 0 && before !== place) alternatives = [{ ...model.placeRow(before), score: null }, ...alternatives];
    alternatives = alternatives.filter((row) => place < 0 || row.id !== model.places.id[place]);
    if (place < 0) model.unplaced.set(mention, surface);
    model.placeOf[mention] = place;
    model.confidence[mention] = place < 0 ? 0 : 1000;
    model.flags[mention] = flags;
    this.decided.set(mention, line);
    changes.told.set(ruling.local, { explanation: explained(line, what), alternatives });
  }

  /** The page's own row of a place, where it has one of that id near that point. */
  private known(place: NonNullable<Line["place"]>, before: number, alternatives: Alternative[]): PlaceRow {
    const { model } = this;
    const same = (row: PlaceRow): boolean =>
      row.id === place.id && Math.abs(row.latitude - place.latitude) <= SAME_DEGREES && Math.abs(row.longitude - place.longitude) <= SAME_DEGREES;
    const near = [...alternatives, ...(before < 0 ? [] : [model.placeRow(before)])].find(same);
    if (near) return near;
    const number = model.places.id.findIndex((id, i) => id === place.id && same(model.placeRow(i)));
    return number < 0 ? placeRow(place) : model.placeRow(number);
  }

  private wordsOf(document: number, text: Text): string[] {
    const known = this.words.get(document);
    if (known) return known;
    const found = Array.from({ length: text.amount }, (_, local) => text.surface(local));
    this.words.set(document, found);
    return found;
  }
}

/** The strongest first: the narrower scope, then the later line. */
function ranked(lines: Line[]): Line[] {
  let time = -Infinity;
  const timed = lines.map((line) => {
    time = line.created ? Date.parse(line.created) : time;
    return { line, time };
  });
  timed.sort((a, b) => (a.time === b.time ? 0 : a.time - b.time));
  const later = timed.reverse().map(({ line }) => line);
  return SCOPES.flatMap((scope) => later.filter((line) => line.applies_to === scope));
}

/** The rulings that stay: what is new takes the room of what it overlaps, the stronger stays. */
function settled(rulings: Ruling[]): Set<Ruling> {
  const claims = rulings.filter(({ claim }) => claim >= 0);
  claims.sort((a, b) => a.claim - b.claim || a.start - b.start || a.end - b.end);
  const accepted: Ruling[] = [];
  const overlaps = (a: Ruling, b: Ruling): boolean => a.start < b.end && b.start < a.end;
  for (const ruling of claims)
    if (!accepted.some((other) => (ruling.local < 0 || other.local < 0) && overlaps(ruling, other))) accepted.push(ruling);
  const added = accepted.filter(({ local }) => local < 0);
  const rest = rulings.filter(({ claim }) => claim < 0);
  return new Set([...accepted, ...rest.filter((ruling) => !added.some((other) => overlaps(ruling, other)))]);
}

function explained(line: Line, what: string): string {
  const author = line.author.trim().split(/\s+/).join(" ");
  const on = line.created ? ` on ${new Date(line.created).toISOString().slice(0, 10)}` : "";
  return `${SAID[line.action]}${author ? ` by ${author}` : ""}${on}${FOR[line.applies_to]}: ${what}.`;
}

/** Where the same words stand in a text: whole words, in the same case. */
export function occurrences(mention: string, text: Text): [number, number][] {
  const words = mention.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
  if (!words[0]) return [];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])${words.join("\\s+")}(?![\\p{L}\\p{N}_])`, "gu");
  const found: [number, number][] = [];
  for (const [start, content] of text.stretches())
    for (const match of content.matchAll(pattern)) {
      const from = start + [...content.slice(0, match.index)].length;
      found.push([from, from + [...match[0]].length]);
    }
  return found;
}

/** Words without case and the kind of white space between them. */
export function folded(words: string): string {
  return words.normalize("NFC").trim().split(/\s+/).join(" ").toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ");
}

const key = (start: number, end: number): string => `${start} ${end}`;
const ranksOf = (a: number[] = [], b: number[] = []): number[] => [...new Set([...a, ...b])].sort((x, y) => x - y);

function push(lists: Map<string, number[]>, name: string, value: number): void {
  const known = lists.get(name);
  if (known) known.push(value);
  else lists.set(name, [value]);
}
