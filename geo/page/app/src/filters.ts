/** The filters above the panels; they act on map, lists, text and counts together. */

import { button, element } from "./dom";
import { decimals } from "./model";
import { Store } from "./store";

/** Milliseconds of rest after which a change counts. */
const REST = 80;

export class Filters {
  readonly bar = element("div", { class: "filters" });
  private readonly search = element("input", {
    type: "search", class: "search", placeholder: "Filter places", "aria-label": "Filter places", autocomplete: "off", spellcheck: "false",
  });
  private readonly slider = element("input", { type: "range", id: "confidence", min: 0, max: 950, step: 50 });
  private readonly output = element("output", { for: "confidence" });
  private readonly demonyms = element("input", { type: "checkbox", id: "demonyms" });
  private readonly organizations = element("input", { type: "checkbox", id: "organizations" });
  private timer = 0;

  constructor(private readonly store: Store) {
    const { model } = store;
    const options = element("div", { class: "options", id: "options" });
    options.append(element("label", { class: "slider" }, "Confidence from ", this.slider, this.output));
    if (model.hasDemonyms) options.append(element("label", { class: "choice" }, this.demonyms, "Demonyms"));
    if (model.hasOrganizations) options.append(element("label", { class: "choice" }, this.organizations, "Organizations"));
    const toggle = button("Filters", () => {
      const open = this.bar.classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(open));
    }, { class: "toggle", "aria-expanded": "false", "aria-controls": "options" });
    this.bar.append(this.search, toggle, options);
    this.search.addEventListener("input", () => this.later());
    this.slider.addEventListener("input", () => this.later());
    this.demonyms.addEventListener("change", () => this.later());
    this.organizations.addEventListener("change", () => this.later());
    store.on("filter", () => this.show());
    this.show();
  }

  focus(): void {
    this.search.focus();
    this.search.select();
  }

  clear(): void {
    this.search.value = "";
    this.later();
  }

  get isTyping(): boolean {
    return document.activeElement === this.search && this.search.value !== "";
  }

  private later(): void {
    this.output.textContent = decimals(Number(this.slider.value));
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.store.change({
        query: this.search.value.trim(),
        confidence: Number(this.slider.value),
        demonyms: this.demonyms.checked,
        organizations: this.organizations.checked,
      }, "list");
    }, REST);
  }

  private show(): void {
    const { filter } = this.store;
    if (document.activeElement !== this.search) this.search.value = filter.query;
    this.slider.value = String(filter.confidence);
    this.output.textContent = decimals(filter.confidence);
    this.demonyms.checked = filter.demonyms;
    this.organizations.checked = filter.organizations;
  }
}
