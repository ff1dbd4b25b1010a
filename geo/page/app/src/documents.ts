/** The list of documents, searchable, and the choice of all of them or one. */

import { button, count, element, hiddenText, isolated } from "./dom";
import { folded } from "./model";
import { moveFocus } from "./places";
import { Store } from "./store";

const ROWS = 200;

export class DocumentList {
  readonly panel = element("div", { class: "documents" });
  private readonly list = element("ol");
  private readonly search = element("input", {
    type: "search", placeholder: "Find a document", "aria-label": "Find a document", autocomplete: "off",
  });
  private readonly all = element("input", { type: "checkbox", id: "one-document" });
  private readonly more = button("", () => this.showMore(), { class: "more" });
  private limit = ROWS;
  private dates = " ";
  private searched: string[] | null = null;
  /** Told when a document was opened from the list. */
  onOpen: () => void = () => {};

  constructor(private readonly store: Store) {
    const only = element("label", { class: "choice" }, this.all, "Only the open document on the map");
    this.panel.append(element("div", { class: "tools" }, this.search, only), this.list, this.more);
    this.search.addEventListener("input", () => {
      this.limit = ROWS;
      this.draw();
    });
    this.all.addEventListener("change", () =>
      store.change({ document: this.all.checked ? store.document : -1 }, "list"),
    );
    this.list.addEventListener("keydown", (event) => moveFocus(event, this.list));
    for (const topic of ["document", "rows"] as const) store.on(topic, () => this.draw());
    store.on("filter", () => {
      this.all.checked = store.filter.document >= 0;
      const { from, to } = store.filter;
      if (`${from} ${to}` !== this.dates) this.draw();
      this.dates = `${from} ${to}`;
    });
  }

  draw(): void {
    const { model, document: open } = this.store;
    const words = folded(this.search.value).split(/\s+/).filter(Boolean);
    const { title, source, published } = model.meta.documents;
    const found: number[] = [];
    if (words.length) this.searched ??= title.map((name, i) => folded(`${name} ${source[i]} ${published[i]}`));
    for (let i = 0; i < model.documentCount; i++) {
      const matches = words.every((word) => this.searched?.[i].includes(word));
      if (matches && model.isWithinDates(i, this.store.filter)) found.push(i);
    }
    this.list.replaceChildren(...found.slice(0, this.limit).map((i) => this.row(i, i === open)));
    this.more.hidden = found.length <= this.limit;
    this.more.textContent = `Show more (${found.length - this.limit} left)`;
  }

  private showMore(): void {
    this.limit += 500;
    this.draw();
  }

  private row(document: number, open: boolean): HTMLElement {
    const { model } = this.store;
    const { published, source } = model.meta.documents;
    const amount = model.amount(document);
    const choose = (): void => {
      this.store.clear("list");
      this.store.open(document, "list");
      this.onOpen();
    };
    const facts = [published[document], source[document]].filter(Boolean).join(" · ");
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "row plain", onclick: choose, "aria-current": open ? "true" : null },
        element("span", { class: "what" }, isolated(model.documentTitle(document), { class: "title" }), element("small", { dir: "auto" }, facts)),
        element("span", { class: "amount", title: count(amount, "mention") }, String(amount), hiddenText(" mentions")),
      ),
    );
  }
}
