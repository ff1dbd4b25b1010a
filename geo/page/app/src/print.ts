/** Printing: the map in the size of the paper, light, with everything in view, and every place. */

import { Atlas } from "./atlas";
import { PlaceList } from "./places";
import { Store } from "./store";

export function preparePrint(atlas: Atlas, store: Store, places: PlaceList): void {
  const root = document.documentElement;
  let theme = "";
  let view: [L.LatLng, number] | null = null;
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme ?? "light";
    view = [atlas.map.getCenter(), atlas.map.getZoom()];
    root.dataset.theme = "light";
    root.classList.add("printing");
    atlas.map.invalidateSize({ animate: false });
    atlas.fit();
    places.showAll();
    store.emit("theme", "keys");
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    root.classList.remove("printing");
    atlas.map.invalidateSize({ animate: false });
    if (view) atlas.map.setView(view[0], view[1], { animate: false });
    store.emit("theme", "keys");
  });
}
