/** What was found but not placed, with the reason. */

import { element, hiddenText, isolated } from "./dom";
import { moveFocus } from "./places";
import { Flag } from "./payload";
import { Store } from "./store";

export const REASONS = {
  "no-candidate": "no place of this name is known",
  rejected: "probably not meant as a place",
};

export const reasonOf = (flags: number): keyof typeof REASONS =>
  flags & Flag.Rejected ? "rejected" : "no-candidate";

interface Group { words: string; reason: keyof typeof REASONS; mentions: number[] }

export class UnplacedList {
  readonly panel = element("div", { class: "unplaced" });
  private readonly list = element("ol");
  private readonly note = element("p", { class: "empty" });
  /** Mentions listed. */
  amount = 0;

  constructor(private readonly store: Store) {
    this.panel.append(this.note, this.list);
    this.list.addEventListener("keydown", (event) => moveFocus(event, this.list));
    store.on("filter", () => this.draw());
    this.draw();
  }

  private draw(): void {
    const groups = this.groups();
    this.amount = groups.reduce((sum, group) => sum + group.mentions.length, 0);
    this.note.textContent = groups.length
      ? "Found in the text, but not placed on the map."
      : "Everything that was found has been placed.";
    this.list.replaceChildren(...groups.slice(0, 2000).map((group) => this.row(group)));
  }

  private groups(): Group[] {
    const { model, filter } = this.store;
    const { unplaced } = model.meta;
    const [from, to] = model.range(filter.document);
    const groups = new Map<string, Group>();
    let number = -1;
    for (let m = 0; m < to; m++) {
      if (model.placeOf[m] >= 0) continue;
      number++;
      if (m < from || !model.isWithinDates(model.documentOf[m], filter)) continue;
      const reason = reasonOf(model.flags[m]);
      const words = unplaced[number] ?? "";
      const key = `${reason} ${words}`;
      const group = groups.get(key);
      if (group) group.mentions.push(m);
      else groups.set(key, { words, reason, mentions: [m] });
    }
    return [...groups.values()].sort((a, b) => b.mentions.length - a.mentions.length);
  }

  private row({ words, reason, mentions }: Group): HTMLElement {
    let next = 0;
    const choose = (): void => this.store.selectMention(mentions[next++ % mentions.length], "list");
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "row", onclick: choose },
        element("span", { class: "dot-room" }, element("span", { class: "dot none", "aria-hidden": "true" })),
        element("span", { class: "what" }, isolated(words || "(words not in this file)", { class: "title" }), element("small", {}, REASONS[reason])),
        element("span", { class: "amount" }, String(mentions.length), hiddenText(mentions.length === 1 ? " mention" : " mentions")),
      ),
    );
  }
}
