/** The tab of corrections: what was said, whether a file holds it, and the file itself. */

import { saidOf, SCOPE_WORDS } from "./desk";
import { button, count, element, grouped, isolated } from "./dom";
import { save } from "./download";
import { Ledger } from "./ledger";
import { Line } from "./lines";
import { Replay } from "./replay";

const FILE = "corrections.jsonl";
const MOST = 500;

export class LedgerView {
  readonly panel = element("div", { class: "ledger" });
  private readonly state = element("p", { class: "state", role: "status" });
  private readonly trouble = element("p", { class: "trouble", role: "alert" });
  private readonly undo = button("Undo", () => this.ledger.undo());
  private readonly redo = button("Redo", () => this.ledger.redo());
  private readonly list = element("ol");
  private readonly offer = element("p", { class: "offer", hidden: true });
  private readonly given = element("details", { class: "given" });
  private readonly author = element("input", { type: "text", id: "author", autocomplete: "name" });
  private readonly file = element("input", { type: "file", accept: ".jsonl,.ndjson,.json,.txt", hidden: true, "aria-label": "Corrections file" });
  /** In the page's header, as long as something is unsaved. */
  readonly reminder = button("", () => this.download(), { class: "reminder", hidden: true });
  /** Told when a line's mention shall be shown. */
  onChoose: (line: Line) => void = () => {};
  onSay: (words: string) => void = () => {};
  /** Told when the rest of the open document is right. */
  onConfirmRest: () => void = () => {};

  constructor(
    private readonly ledger: Ledger,
    private readonly replay: Replay,
    form: HTMLElement,
  ) {
    this.author.value = ledger.author;
    this.author.addEventListener("change", () => ledger.signAs(this.author.value.trim()));
    this.file.addEventListener("change", () => void this.load());
    const acts = element("div", { class: "acts" },
      button(`Download ${FILE}`, () => this.download()), button("Load a file…", () => this.file.click()), this.undo, this.redo, this.file,
      button("Confirm the rest", () => this.onConfirmRest(), { title: "Confirm what is shown of the open document and nobody spoke of" }));
    const name = element("label", { class: "author" }, "Your name, for the file (optional) ", this.author);
    this.panel.append(element("div", { class: "tools" }, this.state, this.offer, acts, this.trouble, name, form), this.list, this.given);
    this.draw();
  }

  /** Offer what was said on a page of the same documents that was made another time. */
  offerKept(lines: Line[]): void {
    this.offer.hidden = !lines.length;
    const take = button("Take over", () => {
      this.ledger.takeOver(lines);
      this.offer.hidden = true;
      this.list.querySelector("button")?.focus();
    }, { class: "use" });
    this.offer.replaceChildren(`${count(lines.length, "correction")} of these documents, in no file yet, from another version of this page. `, take);
  }

  draw(): void {
    const { ledger } = this;
    const { own, given, unsaved } = ledger;
    this.state.textContent = this.words();
    this.undo.disabled = !ledger.canUndo;
    this.redo.disabled = !ledger.canRedo;
    this.reminder.hidden = !unsaved;
    this.reminder.textContent = `Save ${count(unsaved, "correction")}`;
    const focused = this.list.contains(document.activeElement) ? [...this.list.children].findIndex((row) => row.contains(document.activeElement)) : -1;
    this.list.replaceChildren(...[...own].reverse().slice(0, MOST).map((line) => this.row(line)));
    if (focused >= 0) (this.list.children[Math.min(focused, this.list.children.length - 1)]?.querySelector("button") ?? this.undo).focus();
    this.given.hidden = !given.length;
    this.given.replaceChildren(
      element("summary", {}, `${count(given.length, "correction")} the page was made with`),
      element("ol", {}, ...given.slice(0, MOST).map((line) => element("li", {}, ...this.what(line)))),
    );
  }

  private words(): string {
    const { own, unsaved, isKept } = this.ledger;
    if (!own.length && !unsaved) return "Nothing corrected yet. Select a mention and say what it means; here it is kept and saved as a file that the next run obeys.";
    const kept = isKept ? "This browser keeps them for this page." : "This browser keeps nothing for this page: download before you close it.";
    const lost = [
      this.elsewhere ? `${count(this.elsewhere, "line")} about documents that are not in this page` : "",
      this.replay.stale.length ? `${count(this.replay.stale.length, "line")} out of date: the text reads otherwise there` : "",
    ].filter(Boolean);
    const saved = unsaved ? `${count(unsaved, "change")} not saved to a file yet.` : "All saved to a file.";
    return [`${count(own.length, "correction")}.`, saved, unsaved ? kept : "", lost.length ? `Not shown on the map: ${lost.join("; ")}.` : ""].filter(Boolean).join(" ");
  }

  private get elsewhere(): number {
    return this.ledger.own.filter((line) => line.applies_to !== "corpus" && this.replay.documentOf(line) < 0).length;
  }

  private row(line: Line): HTMLElement {
    const marks = [this.ledger.isSaved(line) ? "" : "not saved", this.replay.stale.includes(line) ? "out of date" : "", line.note].filter(Boolean);
    const note = element("input", { type: "text", class: "note", value: line.note, placeholder: "Note", "aria-label": `Note on ${line.mention}` });
    note.addEventListener("change", () => this.ledger.note(line, note.value.trim()));
    const choose = element("button", { type: "button", class: "row plain", onclick: () => this.onChoose(line) }, ...this.what(line, marks));
    const undo = button("Undo", () => this.ledger.remove(line), { class: "use", "aria-label": `Undo: ${line.mention}, ${saidOf(line)}` });
    return element("li", {}, choose, element("div", { class: "beside" }, note, undo));
  }

  private what(line: Line, marks: string[] = []): HTMLElement[] {
    const facts = [SCOPE_WORDS[line.applies_to], line.author, line.created?.slice(0, 10) ?? "", ...marks].filter(Boolean);
    return [element("span", { class: "what" },
      isolated(line.mention.replace(/\s+/g, " "), { class: "title" }), " → ", isolated(saidOf(line)),
      element("small", { dir: "auto" }, facts.join(" · ")))];
  }

  private download(): void {
    save(FILE, "application/x-ndjson;charset=utf-8", this.ledger.file());
    this.onSay(`${FILE} was downloaded`);
  }

  private async load(): Promise<void> {
    const file = this.file.files?.[0];
    this.file.value = "";
    if (!file) return;
    this.trouble.textContent = "";
    try {
      const { added, known } = this.ledger.load(await file.text());
      this.onSay(`${count(added, "correction")} loaded${known ? `, ${grouped(known)} known already` : ""}`);
    } catch (error) {
      this.trouble.textContent = `Nothing was loaded from ${file.name}: ${(error as Error).message}.`;
    }
  }
}
