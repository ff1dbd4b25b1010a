/** The filters above the panels; they act on map, lists, text and counts together. */

import { button, element } from "./dom";
import { decimals, KINDS } from "./model";
import { Store } from "./store";

/** Milliseconds of rest after which a change counts. */
const REST = 40;

export class Filters {
  readonly bar = element("div", { class: "filters" });
  private readonly search = element("input", {
    type: "search", class: "search", placeholder: "Filter places", "aria-label": "Filter places", autocomplete: "off", spellcheck: "false",
  });
  private readonly slider = element("input", { type: "range", id: "confidence", min: 0, max: 950, step: 50 });
  private readonly output = element("output", { for: "confidence" });
  private readonly demonyms = element("input", { type: "checkbox", id: "demonyms" });
  private readonly organizations = element("input", { type: "checkbox", id: "organizations" });
  private readonly kind: HTMLSelectElement;
  private readonly country: HTMLSelectElement;
  private readonly from = element("input", { type: "date", "aria-label": "Published from" });
  private readonly to = element("input", { type: "date", "aria-label": "Published until" });
  private timer = 0;

  constructor(
    private readonly store: Store,
    countries: Map<string, string>,
  ) {
    const { model } = store;
    const options = element("div", { class: "options", id: "options" });
    options.append(element("label", { class: "slider" }, "Confidence from ", this.slider, this.output));
    if (model.hasDemonyms) options.append(element("label", { class: "choice" }, this.demonyms, "Demonyms"));
    if (model.hasOrganizations) options.append(element("label", { class: "choice" }, this.organizations, "Organizations"));
    const toggle = button("Filters", () => {
      const open = this.bar.classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(open));
    }, { class: "toggle", "aria-expanded": "false", "aria-controls": "options" });
    const { code, country } = model.places;
    const classes = new Set(code.map((c) => c[0]));
    const kinds = Object.entries(KINDS).filter(([, [, letters]]) => [...letters].some((letter) => classes.has(letter)));
    this.kind = choice("Kind of place", "All kinds", kinds.map(([key, [label]]) => [key, label]));
    const codes = [...new Set(country)].filter(Boolean);
    const named = codes.map((c): [string, string] => [c, countries.get(c) ?? c]);
    this.country = choice("Country", "All countries", named.sort((a, b) => (a[1] < b[1] ? -1 : 1)));
    const more = element("div", { class: "more-options" }, this.kind, this.country);
    if (model.meta.documents.published.some(Boolean)) more.append(element("span", { class: "dates" }, this.from, "–", this.to));
    options.append(more);
    this.bar.append(this.search, toggle, options);
    for (const field of [this.search, this.slider]) field.addEventListener("input", () => this.later());
    for (const field of [this.demonyms, this.organizations, this.kind, this.country, this.from, this.to])
      field.addEventListener("change", () => this.later());
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
        kind: this.kind.value,
        country: this.country.value,
        from: this.from.value,
        to: this.to.value,
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
    this.kind.value = filter.kind;
    this.country.value = filter.country;
    this.from.value = filter.from;
    this.to.value = filter.to;
    if (filter.kind || filter.country || filter.from || filter.to) this.bar.classList.add("open");
  }
}

function choice(label: string, all: string, values: [string, string][]): HTMLSelectElement {
  const options = [["", all] as [string, string], ...values];
  return element("select", { "aria-label": label }, ...options.map(([value, words]) => element("option", { value }, words)));
}
