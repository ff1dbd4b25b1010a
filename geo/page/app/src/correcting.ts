/** Corrections in the page: the card's desk, the tab, the selection and the keys, joined. */

import { Desk, saidOf } from "./desk";
import { byId, count } from "./dom";
import { Ledger } from "./ledger";
import { LedgerView } from "./ledgerview";
import { Line, linePlace } from "./lines";
import { originOf } from "./payload";
import { Picker } from "./picker";
import { Replay } from "./replay";
import { addForm, Selecting, Span } from "./selecting";
import { Store } from "./store";
import { TextView } from "./text";

export class Correcting {
  readonly ledger: Ledger;
  readonly desk: Desk;
  readonly view: LedgerView;
  private readonly replay: Replay;
  private readonly selecting: Selecting;
  private applied: Promise<void> = Promise.resolve();
  private told: Line | undefined;

  constructor(
    private readonly store: Store,
    private readonly text: TextView,
    map: L.Map,
  ) {
    const { meta } = store.model;
    this.ledger = new Ledger(meta.corrections, meta.digest);
    this.replay = new Replay(store.model, store.texts);
    this.desk = new Desk(store, this.ledger, this.replay, new Picker(map), () => this.applied);
    const add = (span: Span): void => void this.add(span);
    this.view = new LedgerView(this.ledger, this.replay, addForm(store, add));
    this.selecting = new Selecting(text.panel, add);
    document.body.append(this.selecting.offer);
    this.view.onChoose = (line) => this.choose(line);
    this.view.onSay = say;
    this.view.onConfirmRest = () => void this.confirmRest();
    this.told = this.ledger.own.at(-1);
    this.ledger.onChange = () => {
      // One that failed must not keep the next from being shown.
      this.applied = this.applied.catch(() => undefined).then(() => this.apply());
    };
    document.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** Replay what the browser kept, before the page is shown. */
  async start(): Promise<void> {
    this.view.offerKept(this.ledger.keptElsewhere(new Set(this.store.model.meta.documents.id)));
    if (!this.ledger.own.length) return;
    await this.replay.run(this.ledger.lines);
    this.store.model.apply(this.store.filter);
    this.view.draw();
  }

  confirm(): void {
    void this.atSelected(() => this.desk.confirm());
  }

  reject(): void {
    void this.atSelected(() => this.desk.reject());
  }

  /** Act on the selected mention, though its card may not be drawn yet. */
  private async atSelected(act: () => void): Promise<void> {
    const { selection, model, texts } = this.store;
    const { mention } = selection;
    if (mention < 0) return;
    this.desk.look(mention, await texts.of(model.documentOf[mention]));
    act();
  }

  /** Add what is selected in the text. */
  addSelected(): void {
    this.selecting.take();
  }

  /** Confirm what the filters show of the open document, where nobody said anything yet. */
  private async confirmRest(): Promise<void> {
    const { model, texts, document, filter } = this.store;
    const text = await texts.of(document);
    const document_id = model.meta.documents.id[document];
    const lines = [...model.mentions(document)].flatMap((number) => {
      const local = model.local(number);
      const mention = text.surface(local);
      const isSaid = originOf(model.flags[number]) === "correction";
      if (isSaid || !model.passes(number, filter) || !mention || mention.includes("\ufffd")) return [];
      const [start, end] = text.span(local);
      const place = linePlace(model.placeRow(model.placeOf[number]));
      return [{ document_id, start, end, mention, action: "confirm", place, applies_to: "mention", note: "" } as const];
    });
    this.ledger.addAll(lines);
    await this.applied;
    say(`${count(lines.length, "mention")} confirmed.`);
  }

  private async apply(): Promise<void> {
    const { store, replay, ledger } = this;
    await replay.run(ledger.lines);
    store.model.apply(store.filter);
    await this.text.refresh();
    store.reselect();
    store.emit("filter", "card");
    store.emit("rows", "card");
    this.view.draw();
    const last = ledger.own.at(-1);
    if (last && last !== this.told) {
      const changed = [...replay.decided.values()].filter((line) => line === last).length;
      say(`${last.mention}: ${saidOf(last)}. ${count(changed, "mention")} changed.`);
    } else say("Taken back.");
    this.told = last;
  }

  /** Add a mention and open its card; one that is there is only selected. */
  private async add({ start, end, words }: Span): Promise<void> {
    const { store, ledger } = this;
    const { document, model } = store;
    let mention = await this.find(document, start, end);
    if (mention < 0) {
      const document_id = model.meta.documents.id[document];
      ledger.add({ document_id, start, end, mention: words, action: "add", place: null, applies_to: "mention", note: "" });
      await this.applied;
      mention = await this.find(document, start, end);
      this.desk.opensFor = mention;
    }
    if (mention >= 0) store.selectMention(mention, "card");
  }

  private async find(document: number, start: number, end: number): Promise<number> {
    const { model, texts } = this.store;
    const text = await texts.of(document);
    for (const mention of model.mentions(document)) {
      const [from, to] = text.span(model.local(mention));
      if (from === start && to === end) return mention;
    }
    return -1;
  }

  private choose(line: Line): void {
    const document = this.replay.documentOf(line);
    if (document < 0) return say("This document is not in the page.");
    void this.find(document, line.start, line.end).then((mention) => {
      if (mention >= 0) this.store.selectMention(mention, "card");
    });
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target;
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (target instanceof HTMLElement && target.matches("input, textarea, select")) return;
    event.preventDefault();
    if (event.shiftKey) this.ledger.redo();
    else this.ledger.undo();
  }
}

function say(words: string): void {
  byId("live").textContent = words;
}
