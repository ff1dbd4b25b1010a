/** The online map that the page's maker allowed: off until the reader turns it on. */

import L from "leaflet";

import type { Atlas } from "./atlas";
import { configuration } from "./blocks";
import { element } from "./dom";

interface Configuration {
  name: string;
  url: string;
  attribution: string;
  max_zoom: number;
  subdomains: string[];
  hosts: string[];
}

export function addTiles(map: L.Map, atlas: Atlas): void {
  const found = configuration<Configuration | null>("geo-tiles");
  if (!found) return;
  const offlineZoom = map.getMaxZoom();
  const layer = L.tileLayer(found.url, { subdomains: found.subdomains, maxZoom: found.max_zoom, zIndex: 5, className: "online" });
  const hosts = found.hosts.length > 1 ? `${found.hosts[0]} and ${found.hosts.length - 1} more like it` : found.hosts[0];
  const notice = element("span", { class: "tiles-notice", hidden: true }, `Pictures from ${hosts}. ${found.attribution}`);
  const show = (on: boolean): void => {
    notice.hidden = !on;
    atlas.overlay.namesAreDrawn = !on;
    map.setMaxZoom(on ? found.max_zoom : offlineZoom);
    if (on) layer.addTo(map);
    else layer.remove();
    atlas.overlay.draw();
  };
  const box = element("input", { type: "checkbox", id: "online-map" });
  box.addEventListener("change", () => show(box.checked));
  const control = new L.Control({ position: "topleft" });
  control.onAdd = () => {
    const label = element("label", { title: `Asks ${found.hosts.join(", ")} for pictures` }, box, `Online map: ${found.name}`);
    const made = element("div", { class: "tiles" }, label, notice);
    L.DomEvent.disableClickPropagation(made);
    return made;
  };
  control.addTo(map);
}
