/** What a reader may do about the selected mention, within its card. */

import { CardTools } from "./card";
import { button, element, isolated } from "./dom";
import { Ledger } from "./ledger";
import { Action, Line, linePlace, LinePlace, Scope } from "./lines";
import { Mover } from "./mover";
import { Alternative, Text } from "./payload";
import { Picker } from "./picker";
import { Replay } from "./replay";
import { Store } from "./store";

export const SCOPE_WORDS: Record<Scope, string> = { mention: "this mention", document: "this document", corpus: "the whole corpus" };

/** What a line says, in a few words. */
export function saidOf(line: Line): string {
  if (line.action === "reject") return "not a place";
  if (!line.place) return line.action === "add" ? "a place, not yet located" : "confirmed";
  return `${line.action === "confirm" ? "confirmed as " : ""}${line.place.name}`;
}

export class Desk implements CardTools {
  private scope: Scope = "mention";
  private shown = -1;
  private words = "";
  private span: [number, number] = [0, 0];
  private mover: Mover | null = null;
  /** The mention whose card opens with the form for a place. */
  opensFor = -1;

  constructor(
    private readonly store: Store,
    private readonly ledger: Ledger,
    private readonly replay: Replay,
    private readonly picker: Picker,
    /** Waits until the page shows what was said. */
    private readonly shows: () => Promise<void>,
  ) {
    store.on("selection", () => picker.stop());
  }

  use(row: Alternative): HTMLElement[] {
    if (!this.words) return [];
    const label = `Use ${[row.name, row.feature, row.path].filter(Boolean).join(", ")}`;
    return [button("Use", () => this.place(linePlace(row)), { class: "use", "aria-label": label, "data-focus": `use ${row.id}` })];
  }

  /** Look at a mention before its card is drawn. */
  look(mention: number, text: Text): void {
    const local = this.store.model.local(mention);
    if (mention !== this.shown) this.scope = "mention";
    this.shown = mention;
    this.words = text.surface(local);
    this.span = text.span(local);
    // What the page could not carry was replaced, and would not be found in the text again.
    if (this.words.includes("\ufffd")) this.words = "";
  }

  parts(mention: number): HTMLElement[] {
    this.mover?.close();
    this.mover = null;
    if (!this.words) return [];
    const { model } = this.store;
    const place = model.placeOf[mention];
    const line = this.replay.decided.get(mention);
    const acts = element("div", { class: "acts" });
    const confirm = button("Confirm", () => this.confirm(), { "data-focus": "confirm" });
    // What was said this widely already needs no confirming.
    const offerConfirm = (): void => void (confirm.hidden = place < 0 || line?.applies_to === this.scope);
    offerConfirm();
    acts.append(confirm);
    const mover = new Mover(this.store, this.picker, this.words, (chosen) => this.place(chosen));
    this.mover = mover;
    const move = button(place < 0 ? "Place it…" : "Elsewhere…", () => mover.toggle(move), { "data-focus": "move", "aria-expanded": "false" });
    acts.append(move);
    if (line?.action !== "reject") acts.append(button("Not a place", () => this.reject(), { "data-focus": "reject" }));
    const section = element("section", { class: "desk", "aria-label": "Correct" }, element("h3", {}, "Correct"));
    if (line) section.append(this.said(line));
    section.append(this.scopes(offerConfirm), acts, mover.form);
    if (mention === this.opensFor) {
      this.opensFor = -1;
      mover.toggle(move);
    }
    return [section];
  }

  confirm(): void {
    const place = this.shown < 0 ? -1 : this.store.model.placeOf[this.shown];
    if (place >= 0) void this.say("confirm", linePlace(this.store.model.placeRow(place)));
  }

  reject(): void {
    void this.say("reject", null);
  }

  private place(place: LinePlace): void {
    void this.say("place", place);
  }

  private async say(action: Action, place: LinePlace | null): Promise<void> {
    const { store, ledger, replay, shown } = this;
    if (!this.words || shown < 0) return;
    const [start, end] = this.span;
    const before = replay.decided.get(shown);
    // A mention that the reader added stays an addition when it gets its place.
    const isAddition = before?.action === "add" && before.start === start && before.end === end;
    const document_id = store.model.meta.documents.id[store.model.documentOf[shown]];
    if (isAddition && action === "reject") {
      ledger.remove(before);
      return;
    }
    const said = { document_id, start, end, mention: this.words, action: isAddition ? "add" : action, place, note: "" } as const;
    const line = ledger.add({ ...said, applies_to: this.scope }, isAddition ? before : undefined);
    await this.shows();
    // What was said of this very mention before would go on to win over the wider word.
    if (this.scope !== "mention" && replay.decided.get(shown) !== line) ledger.add({ ...said, applies_to: "mention" });
  }

  private said(line: Line): HTMLElement {
    const widely = line.applies_to === "mention" ? "" : ` for ${SCOPE_WORDS[line.applies_to]}`;
    return element("p", { class: "said" }, element("span", {}, `You said${widely}: `, isolated(saidOf(line))),
      button("Undo", () => this.ledger.remove(line), { "data-focus": "undo", "aria-label": `Undo: ${saidOf(line)}` }));
  }

  private scopes(changed: () => void): HTMLElement {
    const words = shortWords(this.words);
    const options: [Scope, string][] = [
      ["mention", "this mention only"],
      ["document", `“${words}” in this document`],
      ["corpus", `“${words}” in every document`],
    ];
    const select = element("select", { "data-focus": "scope" }, ...options.map(([value, label]) => element("option", { value, selected: value === this.scope }, label)));
    select.addEventListener("change", () => {
      this.scope = select.value as Scope;
      changed();
    });
    return element("label", { class: "scope" }, "For ", select);
  }
}

function shortWords(words: string): string {
  const letters = [...words.replace(/\s+/g, " ")];
  return letters.length > 24 ? `${letters.slice(0, 22).join("")}…` : letters.join("");
}
