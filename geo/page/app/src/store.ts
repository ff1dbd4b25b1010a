/** What is selected and filtered, and who wants to hear of a change. */

import { Filter, Model, NO_FILTER } from "./model";
import { Alternative, Texts } from "./payload";

export interface Selection {
  /** -1: none. */
  place: number;
  mention: number;
}

/** `rows`: a correction changed what mentions there are, or what they mean. */
type Topic = "filter" | "selection" | "document" | "theme" | "alternatives" | "rows";
/** Where a change came from, so that a view need not answer its own. */
export type Origin = "text" | "map" | "list" | "card" | "link" | "keys";
type Listener = (origin: Origin) => void;

export class Store {
  filter: Filter = { ...NO_FILTER };
  selection: Selection = { place: -1, mention: -1 };
  /** What else the selected mention might have meant. */
  alternatives: Alternative[] = [];
  document = 0;
  private listeners = new Map<Topic, Listener[]>();

  constructor(
    readonly model: Model,
    readonly texts: Texts,
  ) {}

  on(topic: Topic, listener: Listener): void {
    const known = this.listeners.get(topic);
    if (known) known.push(listener);
    else this.listeners.set(topic, [listener]);
  }

  emit(topic: Topic, origin: Origin): void {
    for (const listener of this.listeners.get(topic) ?? []) listener(origin);
  }

  change(filter: Partial<Filter>, origin: Origin): void {
    this.filter = { ...this.filter, ...filter };
    this.model.apply(this.filter);
    this.emit("filter", origin);
  }

  open(document: number, origin: Origin): void {
    if (document === this.document) return;
    this.document = document;
    if (this.filter.document >= 0) this.change({ document }, origin);
    this.emit("document", origin);
  }

  /** Select a place by its first mention, that of the open document before others. */
  selectPlace(place: number, origin: Origin): void {
    const mentions = this.model.mentionsOf(place, this.filter);
    const here = mentions.find((m) => this.model.documentOf[m] === this.document);
    this.set({ place, mention: here ?? mentions[0] ?? -1 }, origin);
  }

  selectMention(mention: number, origin: Origin): void {
    this.set({ place: this.model.placeOf[mention], mention }, origin);
  }

  clear(origin: Origin): void {
    this.set({ place: -1, mention: -1 }, origin);
  }

  /** Follow the selected mention to the place it has now. */
  reselect(): void {
    const { mention, place } = this.selection;
    if (mention < 0) return;
    if (this.model.gone[mention]) this.clear("text");
    else if (this.model.placeOf[mention] !== place) this.selectMention(mention, "text");
  }

  private set(selection: Selection, origin: Origin): void {
    this.selection = selection;
    this.alternatives = [];
    if (selection.mention >= 0) this.open(this.model.documentOf[selection.mention], origin);
    this.emit("selection", origin);
    void this.findAlternatives(selection);
  }

  private async findAlternatives({ mention }: Selection): Promise<void> {
    if (mention < 0) return;
    const document = this.model.documentOf[mention];
    const text = await this.texts.of(document);
    if (this.selection.mention !== mention) return;
    this.alternatives = text.alternatives(this.model.local(mention));
    if (this.alternatives.length) this.emit("alternatives", "map");
  }
}
