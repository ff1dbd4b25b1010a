/** What the reader of the page said: a list of corrections, with undo, kept in the browser. */

import { Line, readLines, written } from "./lines";

const PREFIX = "geo.corrections/1 ";
const AUTHOR = "geo.corrections/author";

interface Kept { own: string[]; saved: string[] }
export interface Loaded { added: number; known: number }

export class Ledger {
  /** The lines the page was made with. */
  readonly given: Line[];
  own: Line[] = [];
  author = "";
  /** Whether the browser keeps the work; some keep nothing for a page opened from a file. */
  isKept = true;
  /** Told after each change, also one made in another window. */
  onChange: () => void = () => {};
  private saved = new Set<string>();
  private past: Line[][] = [];
  private future: Line[][] = [];
  private readonly key: string;
  private stored: Kept = { own: [], saved: [] };

  constructor(given: Line[], digest: string) {
    this.given = given.map((line) => ({ ...line, given: true }));
    this.key = PREFIX + digest;
    this.author = this.item(AUTHOR) ?? "";
    this.takeIn();
    addEventListener("storage", (event) => {
      if (event.key === this.key && this.takeIn()) this.onChange();
    });
    addEventListener("beforeunload", (event) => {
      if (!this.isKept && this.unsaved) event.preventDefault();
    });
  }

  /** All lines, those the page was made with first. */
  get lines(): Line[] {
    return [...this.given, ...this.own];
  }

  /** How many corrections no file holds yet, those taken back from one counted too. */
  get unsaved(): number {
    const own = new Set(this.own.map(written));
    return [...own].filter((line) => !this.saved.has(line)).length + [...this.saved].filter((line) => !own.has(line)).length;
  }

  isSaved(line: Line): boolean {
    return this.saved.has(written(line));
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Add a line, in place of one about the same that is in no file yet. */
  add(line: Omit<Line, "created" | "author">, replaced?: Line): Line {
    const made: Line = { ...line, created: this.now(), author: this.author };
    const rest = this.own.filter((other) => this.isSaved(other) || (other !== replaced && !isSame(other, made)));
    this.change([...rest, made]);
    return made;
  }

  /** Add lines about mentions of which nothing was said, as one step. */
  addAll(lines: Omit<Line, "created" | "author">[]): void {
    const created = this.now();
    if (lines.length) this.change([...this.own, ...lines.map((line) => ({ ...line, created, author: this.author }))]);
  }

  remove(line: Line): void {
    this.change(this.own.filter((other) => other !== line));
  }

  note(line: Line, note: string): void {
    if (line.note !== note) this.change(this.own.map((other) => (other === line ? { ...line, note } : other)));
  }

  undo(): void {
    this.step(this.past, this.future);
  }

  redo(): void {
    this.step(this.future, this.past);
  }

  /** Take in the lines of a file; an error names the line that is none. */
  load(content: string): Loaded {
    const known = new Set(this.lines.map(written));
    const read = readLines(content);
    const fresh = read.filter((line) => {
      const words = written(line);
      const isNew = !known.has(words);
      known.add(words);
      return isNew;
    });
    read.forEach((line) => this.saved.add(written(line)));
    for (const line of this.given) this.saved.delete(written(line));
    this.change([...this.own, ...fresh]);
    return { added: fresh.length, known: read.length - fresh.length };
  }

  /** Unsaved lines about these documents that were kept for another version of the page. */
  keptElsewhere(documents: Set<string>): Line[] {
    const known = new Set(this.lines.map(written));
    const found: string[] = [];
    for (const key of this.keys()) {
      if (key === this.key || !key.startsWith(PREFIX)) continue;
      const kept = parsed(this.item(key));
      found.push(...(kept?.own.filter((line) => !kept.saved.includes(line) && !known.has(line)) ?? []));
    }
    return readLines([...new Set(found)].join("\n")).filter((line) => documents.has(line.document_id));
  }

  /** Take lines over as they are, as one step. */
  takeOver(lines: Line[]): void {
    this.change([...this.own, ...lines]);
  }

  /** The file, and from now on all of it counts as saved. */
  file(): string {
    const lines = this.lines.map(written);
    this.saved = new Set(this.own.map(written));
    this.keep();
    this.onChange();
    return lines.map((line) => `${line}\n`).join("");
  }

  signAs(author: string): void {
    this.author = author;
    this.put(AUTHOR, author);
  }

  private step(from: Line[][], to: Line[][]): void {
    const lines = from.pop();
    if (!lines) return;
    to.push(this.own);
    this.own = lines;
    this.keep();
    this.onChange();
  }

  private change(lines: Line[]): void {
    this.past.push(this.own);
    this.future = [];
    this.own = lines;
    this.keep();
    this.onChange();
  }

  /** The time, but never before that of a line that is there: the later line wins. */
  private now(): string {
    const times = this.lines.map((line) => (line.created ? Date.parse(line.created) : 0));
    const latest = times.reduce((a, b) => Math.max(a, b), Date.now());
    return `${new Date(latest).toISOString().slice(0, 19)}Z`;
  }

  /** Store the work, with what another window of this page stored since. */
  private keep(): void {
    this.takeIn();
    const kept: Kept = { own: this.own.map(written), saved: [...this.saved] };
    this.put(this.key, JSON.stringify(kept));
    this.stored = kept;
  }

  /** Take over what was added or taken back elsewhere since the last look; tell if anything was. */
  private takeIn(): boolean {
    const found = parsed(this.item(this.key));
    if (!found) return false;
    const added = found.own.filter((line) => !this.stored.own.includes(line));
    const removed = new Set(this.stored.own.filter((line) => !found.own.includes(line)));
    for (const line of found.saved) if (!this.stored.saved.includes(line)) this.saved.add(line);
    this.stored = found;
    if (!added.length && !removed.size) return false;
    const rest = this.own.filter((line) => !removed.has(written(line)));
    const known = new Set(rest.map(written));
    this.own = [...rest, ...readLines(added.filter((line) => !known.has(line)).join("\n"))];
    return true;
  }

  private item(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      this.isKept = false;
      return null;
    }
  }

  private keys(): string[] {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  }

  private put(key: string, value: string): void {
    try {
      localStorage.setItem(key, value);
      this.isKept = true;
    } catch {
      this.isKept = false;
    }
  }
}

/** Whether two lines speak of the same mention, or of the same words just as widely. */
function isSame(one: Line, other: Line): boolean {
  if (one.document_id !== other.document_id || one.applies_to !== other.applies_to) return false;
  return one.applies_to === "mention" ? one.start === other.start && one.end === other.end : one.mention === other.mention;
}

/** What was stored; null where there is nothing, or nothing that this page wrote. */
function parsed(content: string | null): Kept | null {
  try {
    const { own, saved } = JSON.parse(content ?? "null") as Kept;
    readLines(own.join("\n"));
    return { own, saved };
  } catch {
    return null;
  }
}
