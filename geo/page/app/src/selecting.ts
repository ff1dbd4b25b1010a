/** Adding a mention that was missed: by selecting its words, or by typing them. */

import { button, element, hiddenText } from "./dom";
import { occurrences } from "./replay";
import { Store } from "./store";

/** Letters of the longest name one may select. */
const LONGEST = 200;
const AROUND = 30;
const OFFERED = 20;

export interface Span { start: number; end: number; words: string }

/** A button beside the words that are selected in the text. */
export class Selecting {
  readonly offer = button("Add as a place", () => this.take(), { class: "add-selected", hidden: true });
  private found: Span | null = null;

  constructor(
    private readonly panel: HTMLElement,
    private readonly add: (span: Span) => void,
  ) {
    // The click must not take the selection away.
    this.offer.addEventListener("pointerdown", (event) => event.preventDefault());
    document.addEventListener("selectionchange", () => this.look());
    // Scrolling does not bubble; whatever scrolls moves the words.
    document.addEventListener("scroll", () => this.put(), { capture: true, passive: true });
  }

  take(): void {
    if (!this.found) return;
    const found = this.found;
    getSelection()?.removeAllRanges();
    this.add(found);
  }

  private look(): void {
    this.found = selectedSpan(this.panel);
    this.offer.hidden = !this.found;
    if (this.found) this.put();
  }

  private put(): void {
    if (!this.found) return;
    const selection = getSelection();
    const boxes = selection?.rangeCount ? selection.getRangeAt(0).getClientRects() : null;
    const box = boxes?.[boxes.length - 1];
    if (!box) return;
    const { offsetWidth: width, offsetHeight: height } = this.offer;
    const left = Math.min(Math.max(8, box.right - width / 2), innerWidth - width - 8);
    const below = box.bottom + 6 + height < innerHeight;
    this.offer.style.left = `${left}px`;
    this.offer.style.top = `${below ? box.bottom + 6 : box.top - height - 6}px`;
  }
}

/** What is selected within one paragraph of the text, in code points of the document. */
export function selectedSpan(panel: HTMLElement): Span | null {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const paragraph = paragraphOf(range.startContainer);
  if (!paragraph || !panel.contains(paragraph)) return null;
  const before = document.createRange();
  before.selectNodeContents(paragraph);
  const whole = before.toString();
  before.setEnd(range.startContainer, range.startOffset);
  const from = before.toString().length;
  // A double click selects up to the begin of the next paragraph.
  const length = paragraphOf(range.endContainer) === paragraph ? range.toString().length : whole.length - from;
  const selected = whole.slice(from, from + length);
  if (paragraphOf(range.endContainer) !== paragraph && selected.trim() !== range.toString().trim()) return null;
  const words = selected.trim();
  const amount = [...words].length;
  if (!words || amount > LONGEST || words.includes("\ufffd")) return null;
  const lead = whole.slice(0, from) + selected.slice(0, selected.length - selected.trimStart().length);
  const start = Number(paragraph.dataset.start) + [...lead].length;
  return { start, end: start + amount, words };
}

function paragraphOf(node: Node): HTMLElement | null {
  const parent = node instanceof HTMLElement ? node : node.parentElement;
  return parent?.closest<HTMLElement>("p[data-start]") ?? null;
}

/** Type the words, choose where they stand in the open document. */
export function addForm(store: Store, add: (span: Span) => void): HTMLElement {
  const words = element("input", { type: "text", autocomplete: "off", spellcheck: "false", id: "missed" });
  const list = element("ul", { class: "offers" });
  const told = element("p", { class: "hint", role: "status" });
  const find = async (): Promise<void> => {
    const wanted = words.value;
    const text = await store.texts.of(store.document);
    if (wanted !== words.value) return;
    const spans = occurrences(wanted, text);
    told.textContent = !wanted.trim() ? "" : spans.length ? "Choose where it stands." : "These words do not stand in the open document.";
    list.replaceChildren(...spans.slice(0, OFFERED).map(([start, end]) => {
      const found = text.slice(start, end) ?? "";
      const [before, after] = text.around(start, end, AROUND);
      const made = button("", () => {
        words.value = "";
        list.replaceChildren();
        told.textContent = "";
        add({ start, end, words: found });
      });
      made.append(hiddenText("Add "), element("span", { dir: "auto" }, `…${before}`, element("strong", {}, found), `${after}…`));
      return element("li", {}, made);
    }));
  };
  words.addEventListener("input", () => void find());
  store.on("document", () => void find());
  return element(
    "details",
    { class: "add-form" },
    element("summary", {}, "Add a missed mention"),
    element("p", { class: "hint" }, "Select its words in the text, or type them here as they stand there."),
    element("label", { for: "missed" }, "Words in the open document"),
    words,
    told,
    list,
  );
}
