/** The page in somebody's frame: the map alone, text and lists behind a button. */

import type L from "leaflet";

import { button } from "./dom";

export const embedded = (): boolean => "embed" in document.documentElement.dataset;

export function embedButton(map: L.Map): HTMLElement {
  // Whoever scrolls past the frame does not mean the map, until a click says so.
  map.scrollWheelZoom.disable();
  map.once("click focus", () => map.scrollWheelZoom.enable());
  const toggle = button("Text and lists", () => {
    const open = document.body.classList.toggle("with-panel");
    toggle.setAttribute("aria-expanded", String(open));
    map.invalidateSize({ animate: false });
  }, { "aria-expanded": "false", "aria-controls": "panel" });
  return toggle;
}
