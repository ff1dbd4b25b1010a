/** Choosing a point on the map: a click, a pin, or the middle of what is in sight. */

import L from "leaflet";

import { element } from "./dom";

export class Picker {
  private readonly shown = L.layerGroup();
  private onPick: ((at: L.LatLng, place: number) => void) | null = null;

  constructor(private readonly map: L.Map) {
    this.shown.addTo(map);
    const container = map.getContainer();
    // Before the pins hear of it: while a point is chosen they select nothing.
    container.addEventListener("click", (event) => this.take(event), true);
    container.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") this.take(event);
    }, true);
  }

  /** Tell of each point that is chosen from now on; `place` is -1 beside the pins. */
  start(onPick: (at: L.LatLng, place: number) => void): void {
    this.onPick = onPick;
    this.map.getContainer().classList.add("picking");
  }

  stop(): void {
    this.onPick = null;
    this.shown.clearLayers();
    this.map.getContainer().classList.remove("picking");
  }

  get centre(): L.LatLng {
    return this.map.getCenter().wrap();
  }

  /** Show the point that is chosen, and bring it into sight. */
  show(point: [number, number] | null): void {
    this.shown.clearLayers();
    if (!point) return;
    const icon = element("span", { class: "pin picked", "aria-hidden": "true" }, element("span", { class: "disc" }));
    L.marker(point, { icon: L.divIcon({ className: "spot", html: icon, iconSize: [0, 0] }), interactive: false, keyboard: false }).addTo(this.shown);
    if (!this.map.getBounds().contains(point)) this.map.panTo(point, { animate: false });
  }

  private take(event: MouseEvent | KeyboardEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    if (!this.onPick || !target || target.closest(".leaflet-control")) return;
    const key = /^place-(\d+)$/.exec(target.closest<HTMLElement>("[data-key]")?.dataset.key ?? "");
    if (event instanceof KeyboardEvent && !key) return;
    event.preventDefault();
    event.stopPropagation();
    const at = event instanceof MouseEvent ? this.map.mouseEventToLatLng(event).wrap() : this.centre;
    this.onPick(at, key ? Number(key[1]) : -1);
  }
}
