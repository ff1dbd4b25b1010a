/** The card of the selected place, or of a mention that has none. */

import { button, count, element, hiddenText, isolated } from "./dom";
import { confidenceWords, decimals, HOLLOW, SOLID } from "./model";
import { Alternative, Flag, originOf, Text } from "./payload";
import { reasonWords } from "./unplaced";
import { sentenceNodes } from "./text";
import { Store } from "./store";

const SENTENCES = 12;
const ORIGIN_WORDS: Record<string, string> = {
  correction: "placed by hand", online: "placed by an online service", coordinates: "the text gives the coordinates",
};

export interface CardTools {
  /** Told of a mention before its card is drawn. */
  look(mention: number, text: Text): void;
  /** What stands beside a place that might have been meant. */
  use(row: Alternative): HTMLElement[];
  /** What stands below what is told of a mention. */
  parts(mention: number): HTMLElement[];
}

export class Card {
  private readonly mentions = element("div");
  private limit = SENTENCES;
  private drawing = 0;
  /** Told when the reader wants to see another place on the map. */
  onAlternative: (alternative: Alternative) => void = () => {};
  onClose: () => void = () => {};
  /** What the reader may do about the selected mention; a page without text offers nothing. */
  tools: CardTools = { look: () => {}, use: () => [], parts: () => [] };

  constructor(
    private readonly node: HTMLElement,
    private readonly store: Store,
  ) {
    store.on("selection", () => {
      this.limit = SENTENCES;
      // Shown at once, so that the map knows what it covers.
      node.hidden = store.selection.mention < 0 && store.selection.place < 0;
      document.body.classList.toggle("has-card", !node.hidden);
      void this.draw();
    });
    store.on("filter", () => void this.draw());
  }

  private async draw(): Promise<void> {
    const { selection, model, texts } = this.store;
    const turn = ++this.drawing;
    if (this.node.hidden) return void this.node.replaceChildren();
    const text = await texts.of(model.documentOf[selection.mention]);
    const local = model.local(selection.mention);
    if (turn !== this.drawing) return;
    this.tools.look(selection.mention, text);
    const parts = selection.place < 0 ? this.unplaced(text, local) : this.placed(text, local);
    const focused = this.node.contains(document.activeElement) ? document.activeElement?.getAttribute("data-focus") : null;
    const close = button("×", () => this.onClose(), { class: "close", "aria-label": "Close the card" });
    this.mentions.replaceChildren();
    this.node.replaceChildren(close, ...parts, this.mentions);
    this.node.scrollTop = 0;
    if (focused) this.focus(focused);
    if (selection.place >= 0) await this.listMentions();
  }

  /** List the sentences; they may lie in many pieces of text, so the rest of the card is there before. */
  private async listMentions(): Promise<void> {
    const turn = this.drawing;
    const parts = await this.sentences(this.store.selection.place);
    if (turn === this.drawing) this.mentions.replaceChildren(...parts);
  }

  /** Give the focus back to what had it before the card was drawn again. */
  private focus(name: string): void {
    const known = [...this.node.querySelectorAll<HTMLElement>("[data-focus]")].find((part) => part.dataset.focus === name);
    const others = [".desk button:not([hidden])", ".close"].map((selector) => this.node.querySelector<HTMLElement>(selector));
    [known, ...others].find(Boolean)?.focus({ preventScroll: true });
  }

  private unplaced(text: Text, local: number): HTMLElement[] {
    const { selection, model } = this.store;
    const reason = reasonWords(model.flags[selection.mention]);
    const parts: HTMLElement[] = [
      element("h2", { dir: "auto" }, text.surface(local) || "A mention"),
      element("p", { class: "kind" }, `Not placed: ${reason}`),
    ];
    const why = text.explanation(local);
    if (why) parts.push(element("p", { class: "why", dir: "auto" }, why));
    const sentence = sentenceNodes(text, local);
    if (sentence.length) parts.push(element("p", { class: "sentence", dir: "auto" }, ...sentence));
    parts.push(...this.alternatives(text.alternatives(local), true), ...this.tools.parts(selection.mention));
    return parts;
  }

  private placed(text: Text, local: number): HTMLElement[] {
    const { selection, model } = this.store;
    const { places, confidence, flags } = model;
    const { place, mention } = selection;
    const parts: HTMLElement[] = [
      element("h2", { dir: "auto" }, places.name[place]),
      element("p", { class: "kind", dir: "auto" }, model.words(place)),
      this.coordinates(place),
      this.confidence(confidence[mention]),
    ];
    const explanation = text.explanation(local);
    const notes = [
      flags[mention] & Flag.Approximate ? "approximate: placed near what it is named with" : "",
      flags[mention] & Flag.Associative ? "a demonym or adjective, not the place itself" : "",
      // A correction's explanation says so itself.
      (originOf(flags[mention]) !== "correction" || !explanation) && ORIGIN_WORDS[originOf(flags[mention])],
    ].filter((note): note is string => Boolean(note));
    const why = [explanation, ...notes.map(sentenceCase)].filter(Boolean).join(" ");
    if (why) parts.push(element("p", { class: "why", dir: "auto" }, why));
    parts.push(...this.alternatives(text.alternatives(local), confidence[mention] < SOLID), ...this.tools.parts(mention));
    return parts;
  }

  private coordinates(place: number): HTMLElement {
    const { latitude, longitude } = this.store.model.places;
    const words = `${latitude[place].toFixed(4)}, ${longitude[place].toFixed(4)}`;
    const copy = button("Copy", () => void copied(words, copy), { class: "copy", "aria-label": `Copy the coordinates ${words}` });
    const { round_km: km } = this.store.model.meta.hidden;
    const rounded = km ? [element("small", {}, `the middle of a cell ${km} km wide`)] : [];
    return element("p", { class: "coordinates" }, element("span", {}, words), copy, ...rounded);
  }

  private confidence(thousandths: number): HTMLElement {
    const level = thousandths >= SOLID ? "solid" : thousandths >= HOLLOW ? "hollow" : "doubtful";
    const bar = element("span", { class: `bar ${level}`, "aria-hidden": "true" }, element("span"));
    (bar.firstChild as HTMLElement).style.width = `${thousandths / 10}%`;
    return element("p", { class: "confidence" }, bar, element("b", {}, decimals(thousandths)), ` ${confidenceWords(thousandths)}`, hiddenText(" that this is the place meant"));
  }

  private alternatives(rows: Alternative[], open: boolean): HTMLElement[] {
    if (!rows.length) return [];
    const items = rows.map((row) =>
      element(
        "li",
        {},
        element(
          "button",
          { type: "button", onclick: () => this.onAlternative(row) },
          element("span", { class: "what" }, isolated(row.name), element("small", { dir: "auto" }, [row.feature, row.path].filter(Boolean).join(" · "))),
          element("span", { class: "amount" }, row.score === null ? "before" : row.score.toFixed(2)),
        ),
        ...this.tools.use(row),
      ),
    );
    const summary = element("summary", {}, `Might have meant ${count(rows.length, "other place")}`);
    return [element("details", { class: "alternatives", open }, summary, element("ul", {}, ...items))];
  }

  private async sentences(place: number): Promise<HTMLElement[]> {
    const { model, texts, filter, selection } = this.store;
    const mentions = model.mentionsOf(place, filter);
    const heading = element("h3", {}, count(mentions.length, "mention"));
    if (model.meta.text === "none") return [heading];
    const shown = mentions.slice(0, this.limit);
    const found = await Promise.all(shown.map((mention) => texts.of(model.documentOf[mention])));
    const items = shown.map((mention, i) => {
      const document = model.documentOf[mention];
      const text = found[i];
      const where = model.documentCount > 1 ? [element("small", { dir: "auto" }, model.documentTitle(document))] : [];
      const choose = (): void => this.store.selectMention(mention, "card");
      const current = mention === selection.mention ? "true" : null;
      const sentence = element("span", { dir: "auto" }, ...sentenceNodes(text, model.local(mention)));
      return element("li", {}, element("button", { type: "button", onclick: choose, "aria-current": current }, sentence, ...where));
    });
    const parts: HTMLElement[] = [heading, element("ol", { class: "sentences" }, ...items)];
    if (mentions.length > this.limit) {
      const more = (): void => {
        this.limit += 50;
        void this.listMentions();
      };
      parts.push(button(`Show more (${mentions.length - this.limit} left)`, more, { class: "more" }));
    }
    return parts;
  }
}

const sentenceCase = (words: string): string => `${words[0].toUpperCase()}${words.slice(1)}.`;

async function copied(words: string, told: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // Opened from a file, some browsers keep the clipboard from a page; the old way still works.
    const field = element("textarea", { class: "hidden-text" });
    field.value = words;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  told.textContent = "Copied";
  setTimeout(() => (told.textContent = "Copy"), 1500);
}
