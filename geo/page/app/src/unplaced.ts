/** What was found but not placed, with the reason. */

import { element, hiddenText, isolated } from "./dom";
import { moveFocus } from "./places";
import { Flag, originOf } from "./payload";
import { Store } from "./store";

export const REASONS = {
  "no-candidate": "no place of this name is known",
  rejected: "probably not meant as a place",
};

export const reasonOf = (flags: number): keyof typeof REASONS =>
  flags & Flag.Rejected ? "rejected" : "no-candidate";

/** Why a mention is not placed, in words. */
export function reasonWords(flags: number): string {
  if (originOf(flags) !== "correction") return REASONS[reasonOf(flags)];
  return flags & Flag.Rejected ? "said to be no place" : "nobody said yet where it is";
}

interface Group { words: string; reason: string; mentions: number[] }

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
  }

  draw(): void {
    const groups = this.groups();
    this.amount = groups.reduce((sum, group) => sum + group.mentions.length, 0);
    this.panel.classList.toggle("none", !groups.length);
    this.note.textContent = groups.length
      ? "Found in the text, but not placed on the map."
      : "Everything that was found has been placed.";
    this.list.replaceChildren(...groups.slice(0, 2000).map((group) => this.row(group)));
  }

  private groups(): Group[] {
    const { model, filter } = this.store;
    const groups = new Map<string, Group>();
    for (const m of model.mentions(filter.document)) {
      if (model.placeOf[m] >= 0 || !model.isWithinDates(model.documentOf[m], filter)) continue;
      const reason = reasonWords(model.flags[m]);
      const words = model.unplaced.get(m) ?? "";
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
        element("span", { class: "what" }, isolated(words || "(words not in this file)", { class: "title" }), element("small", {}, reason)),
        element("span", { class: "amount" }, String(mentions.length), hiddenText(mentions.length === 1 ? " mention" : " mentions")),
      ),
    );
  }
}
