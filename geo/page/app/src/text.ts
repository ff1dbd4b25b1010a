/** The open document's text with its mentions marked. */

import { count, element, isNarrow, twoFrames } from "./dom";
import { decimals, HOLLOW, SOLID } from "./model";
import { Flag, originOf, Run, Text } from "./payload";
import { Store } from "./store";

/** Characters from which on paragraphs out of sight are not laid out. */
const LONG = 300_000;

export class TextView {
  readonly panel = element("div", { class: "text" });
  private marks: HTMLElement[] = [];
  private shown = -1;
  /** Called before a mark is scrolled to. */
  reveal: () => void = () => {};

  constructor(private readonly store: Store) {
    this.panel.addEventListener("click", (event) => this.choose(event.target));
    this.panel.addEventListener("keydown", (event) => this.onKey(event));
    store.on("document", () => void this.show());
    store.on("filter", () => this.paint());
    store.on("selection", (origin) => void this.follow(origin !== "text"));
  }

  async show(): Promise<void> {
    const { document: number } = this.store;
    if (this.shown === number || !this.store.model.documentCount) return;
    const isFirst = this.shown < 0;
    this.shown = number;
    await this.fill(number);
    if (!isFirst && this.shown === number) (this.panel.parentElement ?? this.panel).scrollTop = 0;
  }

  /** Show the open document again, after its mentions changed, where the reader is in it. */
  async refresh(): Promise<void> {
    if (this.shown < 0) return;
    const room = this.panel.parentElement ?? this.panel;
    const { scrollTop } = room;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.mention : undefined;
    await this.fill(this.shown);
    room.scrollTop = scrollTop;
    if (focused) this.markOf(Number(focused))?.focus({ preventScroll: true });
  }

  private async fill(number: number): Promise<void> {
    const text = await this.store.texts.of(number);
    if (this.shown !== number) return;
    this.marks = [];
    const title = collapsed(this.store.model.documentTitle(number));
    const opening = text.paragraphs.find(Array.isArray)?.flat().join("") ?? "";
    const isTitled = collapsed(opening) === title;
    const isOpened = isTitled || collapsed(opening.split("\n")[0]) === title;
    const facts = this.facts(number);
    const parts: HTMLElement[] = facts && !isOpened ? [element("h2", { dir: "auto" }, title)] : [];
    if (facts && !isTitled) parts.push(facts);
    let length = 0;
    let begun = 0;
    for (const paragraph of text.paragraphs) {
      if (!Array.isArray(paragraph)) {
        parts.push(paragraph.section ? element("p", { class: "section", dir: "auto" }, paragraph.section) : element("hr"));
        continue;
      }
      // Where the paragraph begins in the document, for what a reader selects in it.
      const made = element("p", { dir: "auto", "data-start": text.starts[begun++] });
      for (const run of paragraph) made.append(...this.run(run, text));
      length += made.textContent?.length ?? 0;
      parts.push(made);
      if (begun > 1 || !isTitled) continue;
      made.classList.add("headline");
      made.setAttribute("role", "heading");
      made.setAttribute("aria-level", "2");
      if (facts) parts.push(facts);
    }
    this.panel.replaceChildren(...parts);
    this.panel.lang = this.store.model.meta.documents.language[number] || "";
    this.panel.classList.toggle("long", length > LONG);
    const first = this.markOf(this.store.selection.mention) ?? this.marks[0];
    if (first) first.tabIndex = 0;
    this.paint();
  }

  /** The marks that take part in the view, in text order. */
  get active(): number[] {
    return this.marks.filter((mark) => !mark.matches(".off, .light")).map((mark) => Number(mark.dataset.mention));
  }

  focusSelected(): void {
    this.markOf(this.store.selection.mention)?.focus({ preventScroll: true });
  }

  /** What is known of a document among several. */
  private facts(number: number): HTMLElement | null {
    const { model } = this.store;
    const { published, source } = model.meta.documents;
    if (model.documentCount < 2) return null;
    const facts = [published[number], source[number], count(model.amount(number), "mention")];
    return element("p", { class: "facts", dir: "auto" }, facts.filter(Boolean).join(" · "));
  }

  private run(run: Run, text: Text): (Node | string)[] {
    if (typeof run === "string") return [run];
    return run.map((piece, i) => (i % 2 ? this.mark(piece, text.mention(this.marks.length)) : piece));
  }

  private mark(words: string, local: number): HTMLElement {
    const { model } = this.store;
    const mention = model.number(this.shown, local);
    const place = model.placeOf[mention];
    const where = place < 0 ? "not placed" : `${model.places.name[place]}, confidence ${decimals(model.confidence[mention])}`;
    const label = `${words}: ${where}${isSaid(model.flags[mention]) ? ", corrected" : ""}`;
    const mark = element("mark", { role: "button", tabindex: -1, "data-mention": mention, "aria-label": label }, words);
    this.marks.push(mark);
    return mark;
  }

  private paint(): void {
    const { model, filter, selection } = this.store;
    for (const mark of this.marks) {
      const mention = Number(mark.dataset.mention);
      const place = model.placeOf[mention];
      const flags = model.flags[mention];
      const classes: string[] = [];
      if (place < 0) classes.push("unplaced");
      else if (flags & Flag.Associative && !filter.demonyms) classes.push("light");
      else if (!model.passes(mention, filter)) classes.push("off");
      else if (model.confidence[mention] < HOLLOW) classes.push("doubtful");
      else if (model.confidence[mention] < SOLID) classes.push("hollow");
      if (place >= 0 && model.isArea(place)) classes.push("of-area");
      if (isSaid(flags)) classes.push("said");
      if (place >= 0 && place === selection.place) classes.push("same");
      if (mention === selection.mention) classes.push("current");
      const look = classes.join(" ");
      // Of hundreds of marks a selection changes few, and each that is touched is styled anew.
      if (mark.className === look) continue;
      mark.className = look;
      if (mention === selection.mention) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
    }
  }

  private async follow(scroll: boolean): Promise<void> {
    await this.show();
    const mark = this.markOf(this.store.selection.mention);
    if (mark) {
      for (const other of this.marks) if (other.tabIndex === 0) other.tabIndex = -1;
      mark.tabIndex = 0;
      if (scroll) this.reveal();
      // On a narrow page the card may cover the mark that was clicked.
      const block = scroll ? "center" : "nearest";
      if (scroll || isNarrow()) mark.scrollIntoView({ block });
      // Paragraphs that were out of sight get their height only now.
      if (scroll && this.panel.classList.contains("long")) void twoFrames().then(() => mark.scrollIntoView({ block }));
    }
    this.paint();
  }

  private markOf(mention: number): HTMLElement | undefined {
    return this.marks.find((mark) => mark.dataset.mention === String(mention));
  }

  private choose(target: EventTarget | null): void {
    const mark = target instanceof Element ? target.closest<HTMLElement>("mark") : null;
    if (mark && !mark.classList.contains("off")) this.store.selectMention(Number(mark.dataset.mention), "text");
  }

  private onKey(event: KeyboardEvent): void {
    const mark = event.target instanceof Element ? event.target.closest<HTMLElement>("mark") : null;
    if (!mark) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) {
      const marks = this.marks.filter((m) => !m.classList.contains("off"));
      const next = marks[(marks.indexOf(mark) + step + marks.length) % marks.length];
      mark.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === "Enter" || event.key === " ") this.choose(mark);
    else return;
    event.preventDefault();
  }
}

const isSaid = (flags: number): boolean => originOf(flags) === "correction";

const collapsed = (text: string): string => text.replace(/\s+/g, " ").trim();

/** A sentence with one of its mentions set strong. */
export function sentenceNodes(text: Text, mention: number): (Node | string)[] {
  const sentence = text.sentence(mention);
  if (!sentence) return [];
  return sentence.run.map((piece, i) => {
    const words = i === 0 ? piece.trimStart() : i === sentence.run.length - 1 ? piece.trimEnd() : piece;
    return i === sentence.at ? element("strong", {}, words) : words;
  });
}

