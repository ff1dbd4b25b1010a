/** The base map's own names, on one canvas below the pins, where these leave room. */

import L from "leaflet";

import { Boxes } from "./boxes";
import { styleValue } from "./dom";
import { Layers } from "./layers";
import { visible } from "./pins";

const MOST = 160;
/** From this zoom on a country's name says nothing new. */
const COUNTRIES_UNTIL = 7;

export class Names {
  private readonly canvas = document.createElement("canvas");

  constructor(
    private readonly map: L.Map,
    private readonly layers: Layers,
  ) {
    const pane = map.createPane("names");
    pane.style.zIndex = "450";
    pane.style.pointerEvents = "none";
    pane.classList.add("leaflet-zoom-hide");
    this.canvas.setAttribute("aria-hidden", "true");
    pane.append(this.canvas);
  }

  clear(): void {
    this.canvas.width = 0;
  }

  /** Draw the names that are not in `skipped` (country codes). */
  draw(boxes: Boxes, skipped: Set<string>): void {
    const { map, canvas } = this;
    const size = map.getSize();
    const density = Math.min(2, window.devicePixelRatio || 1);
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    canvas.width = size.x * density;
    canvas.height = size.y * density;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    const c = canvas.getContext("2d");
    if (!c) return;
    c.scale(density, density);
    c.lineJoin = "round";
    c.textBaseline = "middle";
    c.strokeStyle = styleValue("--halo");
    c.fillStyle = styleValue("--ground-name");
    c.lineWidth = 3;
    const drawn = map.getZoom() <= COUNTRIES_UNTIL ? this.countries(c, boxes, skipped) : 0;
    this.cities(c, boxes, MOST - drawn);
  }

  private countries(c: CanvasRenderingContext2D, boxes: Boxes, skipped: Set<string>): number {
    c.font = `600 10.5px ${styleValue("--sans")}`;
    c.textAlign = "center";
    if ("letterSpacing" in c) c.letterSpacing = "1.2px";
    let drawn = 0;
    for (const [code, name, latitude, longitude, least] of this.layers.configuration.labels) {
      if (this.map.getZoom() + 0.5 < least || skipped.has(code)) continue;
      const point = this.point(latitude, longitude);
      if (!point) continue;
      const words = name.toUpperCase();
      const half = c.measureText(words).width / 2;
      if (!boxes.place([point.x - half - 3, point.y - 8, point.x + half + 3, point.y + 8])) continue;
      c.strokeText(words, point.x, point.y);
      c.fillText(words, point.x, point.y);
      if (++drawn >= MOST) break;
    }
    return drawn;
  }

  private cities(c: CanvasRenderingContext2D, boxes: Boxes, most: number): void {
    c.font = `11px ${styleValue("--sans")}`;
    c.textAlign = "left";
    if ("letterSpacing" in c) c.letterSpacing = "0px";
    let drawn = 0;
    for (const [name, latitude, longitude, least] of this.layers.cities) {
      if (this.map.getZoom() < least) continue;
      const point = this.point(latitude, longitude);
      if (!point) continue;
      const width = c.measureText(name).width;
      if (!boxes.place([point.x - 4, point.y - 8, point.x + width + 10, point.y + 8])) continue;
      c.strokeText(name, point.x + 6, point.y);
      c.fillText(name, point.x + 6, point.y);
      c.beginPath();
      c.arc(point.x, point.y, 1.8, 0, 2 * Math.PI);
      c.fill();
      if (++drawn >= most) break;
    }
  }

  /** Where a place is on the visible copy of the world; null where it is out of sight. */
  private point(latitude: number, longitude: number): L.Point | null {
    const bounds = this.map.getBounds();
    if (latitude < bounds.getSouth() || latitude > bounds.getNorth()) return null;
    const x = visible(longitude, bounds);
    return x > bounds.getEast() ? null : this.map.latLngToContainerPoint([latitude, x]);
  }
}
