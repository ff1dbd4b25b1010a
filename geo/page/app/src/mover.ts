/** The form that puts a mention elsewhere: a place of the page, coordinates, a click on the map. */

import { button, element, hiddenText, isolated } from "./dom";
import { linePlace, LinePlace, ownPlace } from "./lines";
import { folded } from "./model";
import { Picker } from "./picker";
import { pointWords, readPoint } from "./point";
import { Store } from "./store";

const OFFERED = 5;

export class Mover {
  readonly form = element("form", { class: "mover", hidden: true, "aria-label": "Where it is", novalidate: true });
  private readonly name = element("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  private readonly point = element("input", { type: "text", autocomplete: "off", inputmode: "text", placeholder: "42.8532, 74.8465", "aria-describedby": "point-hint" });
  private readonly offers = element("ul", { class: "offers" });
  private readonly trouble = element("p", { class: "trouble", role: "alert" });
  private opener: HTMLElement | null = null;

  constructor(
    private readonly store: Store,
    private readonly picker: Picker,
    words: string,
    private readonly choose: (place: LinePlace) => void,
  ) {
    this.name.value = words.split(/\s+/).join(" ");
    const centre = button("Middle of the map", () => this.set(picker.centre.lat, picker.centre.lng), { title: "Move the map with the arrow keys, then take its middle" });
    this.form.append(
      element("label", {}, "Name of the place", this.name),
      this.offers,
      element("label", {}, "Latitude, longitude", this.point),
      element("p", { class: "hint", id: "point-hint" }, "Type degrees, or click on the map."),
      this.trouble,
      element("div", { class: "acts" }, element("button", { type: "submit" }, "Put it there"), centre, button("Cancel", () => this.cancel())),
    );
    this.name.addEventListener("input", () => this.offer());
    this.point.addEventListener("input", () => picker.show(readPoint(this.point.value)));
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.cancel();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  toggle(by: HTMLElement): void {
    this.opener = by;
    if (!this.form.hidden) return this.cancel();
    this.form.hidden = false;
    by.setAttribute("aria-expanded", "true");
    this.offer();
    this.picker.start((at, place) => (place < 0 ? this.set(at.lat, at.lng) : this.take(place)));
    // The card puts the form into the page first.
    requestAnimationFrame(() => this.point.focus());
  }

  close(): void {
    this.form.hidden = true;
    this.opener?.setAttribute("aria-expanded", "false");
    this.picker.stop();
  }

  private cancel(): void {
    this.close();
    this.opener?.focus();
  }

  private set(latitude: number, longitude: number): void {
    this.point.value = pointWords(latitude, longitude);
    this.trouble.textContent = "";
    this.picker.show([latitude, longitude]);
  }

  private take(place: number): void {
    this.choose(linePlace(this.store.model.placeRow(place)));
  }

  private submit(): void {
    const point = readPoint(this.point.value);
    if (!point) {
      this.trouble.textContent = "These are no coordinates. Write degrees such as 42.8532, 74.8465: latitude first.";
      this.point.focus();
      return;
    }
    this.choose(ownPlace(this.name.value.trim() || "Unnamed place", ...point));
  }

  /** Places of this page that go by the name. */
  private offer(): void {
    const { model } = this.store;
    const words = folded(this.name.value.trim());
    const found: number[] = [];
    for (let i = 0; words && i < model.placeCount; i++) if (folded(model.places.name[i]).includes(words)) found.push(i);
    const selected = this.store.selection.place;
    const rows = found.filter((i) => i !== selected).sort((a, b) => model.counts[b] - model.counts[a]).slice(0, OFFERED);
    this.offers.replaceChildren(...rows.map((place) => {
      const made = button("", () => this.take(place));
      made.append(hiddenText("Use "), isolated(model.places.name[place]), " ", element("small", { dir: "auto" }, model.words(place)));
      return element("li", {}, made);
    }));
  }
}
