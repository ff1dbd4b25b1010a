/** Everything on the map that can be selected, drawn anew after each move. */

import L from "leaflet";

import { Area, Areas } from "./areas";
import { Boxes, nameBeside, shortened, textWidth } from "./boxes";
import { element, styleValue } from "./dom";
import { Layers } from "./layers";
import { Names } from "./names";
import { Pin, Pins, reach } from "./pins";
import { Store } from "./store";

/** Markers are DOM nodes; more than these slow a page down and tell nobody more. */
const MOST = 300;
/** Pixels from the middle of a place that might have been meant to its line; the font of its name. */
const GHOST_REACH = 7;
const GHOST_FONT = "italic 500 12px ";

export class Overlay {
  readonly pins: Pins;
  readonly areas: Areas;
  private readonly names: Names;
  private readonly markers = L.layerGroup();
  private readonly extras = L.layerGroup();
  private taken: Boxes;
  /** Not before there is land to name, nor on an online map, which brings names of its own. */
  namesAreDrawn = false;
  /** Told when a cluster is clicked. */
  onCluster: (pin: Pin) => void = () => {};
  /** Parts of the page that lie over the map. */
  obstacles: () => Element[] = () => [];

  constructor(
    private readonly map: L.Map,
    private readonly store: Store,
    layers: Layers,
  ) {
    this.pins = new Pins(store.model);
    this.areas = new Areas(store.model, layers.configuration);
    this.names = new Names(map, layers);
    this.taken = new Boxes(map.getSize());
    this.extras.addTo(map);
    this.markers.addTo(map);
  }

  draw(): void {
    const { map, store } = this;
    const { selection } = store;
    const zoom = Math.round(map.getZoom());
    const bounds = map.getBounds().pad(0.1);
    const focused = this.focusedKey();
    this.markers.clearLayers();
    this.extras.clearLayers();
    this.drawExtent();
    const boxes = (this.taken = this.boxes());
    const pins = this.pins.within(bounds, zoom, selection.place).slice(0, MOST);
    for (const pin of pins) {
      const p = map.latLngToContainerPoint(pin.at);
      const r = reach(pin);
      boxes.add([p.x - r, p.y - r, p.x + r, p.y + r]);
    }
    const isSelected = (area: Area): boolean => area.place === selection.place;
    const pixels = (at: L.LatLng): L.Point => map.latLngToContainerPoint(at);
    const all = this.areas.within(bounds, zoom, selection.place);
    // The selected area is named in any case, so the pins' names leave room for it.
    const selected = all.filter(isSelected);
    for (const area of selected) this.areas.placeSelected(area, pixels(area.at), boxes);
    for (const pin of pins) this.pins.label(pin, pixels(pin.at), boxes);
    this.drawGhosts(boxes);
    const others = all.filter((area) => !isSelected(area) && this.areas.place(area, pixels(area.at), boxes)).slice(0, Math.max(0, MOST - pins.length));
    for (const area of [...others, ...selected]) this.addArea(area, isSelected(area));
    // The heaviest comes first to the keyboard, and lies below the lighter ones.
    pins.forEach((pin, rank) => this.addPin(pin, rank));
    this.drawNames();
    if (focused) this.focus(focused);
  }

  /** Draw the base map's names where pins and areas leave room. */
  private drawNames(): void {
    if (this.namesAreDrawn) this.names.draw(this.taken, new Set(this.mentionedCountries()));
    else this.names.clear();
  }

  /** Draw names from now on; the markers stay, since one may just be clicked. */
  addNames(): void {
    this.namesAreDrawn = true;
    this.drawNames();
  }

  mentionedCountries(): string[] {
    const { model } = this.store;
    const codes: string[] = [];
    for (let i = 0; i < model.placeCount; i++)
      if (model.isCountry(i) && model.isDrawn(i)) codes.push(model.places.country[i]);
    return codes;
  }

  /** Give the keyboard's focus to a marker. */
  focus(key: string): boolean {
    const marker = this.map.getPane("markerPane")?.querySelector<HTMLElement>(`[data-key="${key}"]`);
    marker?.focus({ preventScroll: true });
    return Boolean(marker);
  }

  private focusedKey(): string | undefined {
    const active = document.activeElement;
    return active instanceof HTMLElement ? active.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;
  }

  private boxes(): Boxes {
    const map = this.map.getContainer().getBoundingClientRect();
    const boxes = new Boxes(this.map.getSize());
    for (const node of this.obstacles()) {
      const box = node.getBoundingClientRect();
      if (box.width) boxes.add([box.left - map.left, box.top - map.top, box.right - map.left, box.bottom - map.top]);
    }
    return boxes;
  }

  private addPin(pin: Pin, rank: number): void {
    const choose = (): void => {
      if (pin.cluster >= 0) this.onCluster(pin);
      else this.store.selectPlace(pin.top, "map");
    };
    this.add(pin.at, this.pins.icon(pin, pin.selected), pin.key, this.pins.description(pin), choose, pin.selected ? 9000 : 500 + rank);
  }

  private addArea(area: Area, selected: boolean): void {
    const choose = (): void => this.store.selectPlace(area.place, "map");
    this.add(area.at, this.areas.icon(area, selected), `place-${area.place}`, this.areas.description(area), choose, selected ? 8000 : 0);
  }

  private add(at: L.LatLng, icon: HTMLElement, key: string, label: string, choose: () => void, above: number): void {
    const marker = L.marker(at, {
      icon: L.divIcon({ className: "spot", html: icon, iconSize: [0, 0] }),
      zIndexOffset: above,
      riseOnHover: true,
    });
    marker.on("click", choose).addTo(this.markers);
    const node = marker.getElement();
    if (!node) return;
    node.dataset.key = key;
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", label);
    // Leaflet lets Enter click a marker only where a popup is bound to it.
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      choose();
    });
  }

  /** How far a selected area or approximate place reaches. */
  private drawExtent(): void {
    const { model, selection } = this.store;
    const { place } = selection;
    if (place < 0 || model.isCountry(place)) return;
    const { latitude, longitude, radius_km } = model.places;
    if (radius_km[place] < 1) return;
    L.circle([latitude[place], longitude[place]], {
      radius: radius_km[place] * 1000, interactive: false, className: "extent",
    }).addTo(this.extras);
  }

  /** Where else the selected mention may lie. */
  private drawGhosts(boxes: Boxes): void {
    const font = GHOST_FONT + styleValue("--sans");
    for (const other of this.store.alternatives) {
      const name = shortened(other.name);
      const at = this.map.latLngToContainerPoint([other.latitude, other.longitude]);
      const side = boxes.beside(at, GHOST_REACH + 4, textWidth(name, font));
      boxes.add([at.x - GHOST_REACH, at.y - GHOST_REACH, at.x + GHOST_REACH, at.y + GHOST_REACH]);
      const icon = element("span", { class: "pin ghost", "aria-hidden": "true" }, element("span", { class: "disc" }));
      if (side) icon.append(nameBeside(name, side, GHOST_REACH + 4));
      L.marker([other.latitude, other.longitude], {
        icon: L.divIcon({ className: "spot", html: icon, iconSize: [0, 0] }), interactive: false, keyboard: false,
      }).addTo(this.extras);
    }
  }
}
