/** What the signs on the map mean. */

import L from "leaflet";

import { button, element } from "./dom";
import { HOLLOW, Model, SOLID } from "./model";

export function addLegend(map: L.Map, model: Model): void {
  const { best, counts, approximate } = model;
  const some = (test: (place: number) => boolean): boolean => {
    for (let i = 0; i < model.placeCount; i++) if (counts[i] && test(i)) return true;
    return false;
  };
  const entries: [string, string, boolean][] = [
    ["dot", "sure", some((i) => !model.isArea(i) && best[i] >= SOLID)],
    ["dot hollow", "less sure", some((i) => !model.isArea(i) && best[i] < SOLID && best[i] >= HOLLOW)],
    ["dot approximate", "approximate", some((i) => approximate[i] > 0)],
    ["dot of-area", "country or region", some((i) => model.isArea(i))],
  ];
  const shown = entries.filter(([, , is]) => is);
  if (!shown.length) return;
  const control = new L.Control({ position: "bottomleft" });
  control.onAdd = () =>
    element("div", { class: "legend" }, ...shown.map(([sign, words]) =>
      element("span", {}, element("span", { class: sign, "aria-hidden": "true" }), words)));
  control.addTo(map);
}

/** A button below the zoom's that shows everything. */
export function addFit(map: L.Map, fit: () => void): void {
  const control = new L.Control({ position: "topleft" });
  control.onAdd = () => {
    const link = element("a", { class: "fit", href: "#", role: "button", title: "Show all places", "aria-label": "Show all places" });
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", "0 0 16 16");
    drawing.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4");
    drawing.append(path);
    link.append(drawing);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      fit();
    });
    const bar = element("div", { class: "leaflet-bar" }, link);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };
  control.addTo(map);
}

/** Where map and places come from; more is behind it. */
export function addCredits(map: L.Map, model: Model, more: () => void): void {
  const control = new L.Control({ position: "bottomright" });
  const sources = ["Natural Earth", ...model.meta.sources].join(" · ");
  control.onAdd = () => button(`Map data: ${sources}`, more, { class: "credits" });
  control.addTo(map);
  // Added after the legend, the scale stands above it, and no card covers it.
  L.control.scale({ position: "bottomleft", imperial: false }).addTo(map);
}
