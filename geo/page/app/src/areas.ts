/** Places that are areas: a name written across them, with the number of mentions. */

import L from "leaflet";

import { Box, Boxes, shortened, textWidth } from "./boxes";
import { element, styleValue } from "./dom";
import { GroundConfiguration } from "./layers";
import { Model, SOLID } from "./model";
import { visible } from "./pins";

export interface Area {
  place: number;
  at: L.LatLng;
  /** Pixels by which the name is moved down. */
  shift: number;
}

/** Pixels of radius from which on an area is large enough for its name; near, all are. */
const LARGE = 7;
const NEAR_ZOOM = 6;
/** Pixels down by which a name may stand off its place, the best first. */
const SHIFTS = [0, -14, 14, -26, 26];
const FAR_SHIFTS = [-40, 40, -56, 56];
const EQUATOR_M = 40_075_016;

export class Areas {
  private labels: Map<string, [number, number]>;

  constructor(
    private readonly model: Model,
    configuration: GroundConfiguration,
  ) {
    this.labels = new Map(configuration.labels.map(([code, , latitude, longitude]) => [code, [latitude, longitude]]));
  }

  /** Where the name of an area stands: a country's where cartographers put it. */
  position(place: number): L.LatLng {
    const { places } = this.model;
    const label = this.model.isCountry(place) ? this.labels.get(places.country[place]) : undefined;
    return L.latLng(label ?? [places.latitude[place], places.longitude[place]]);
  }

  /** The areas to name, the selected one first, then by mentions. */
  within(bounds: L.LatLngBounds, zoom: number, selected: number): Area[] {
    const { model } = this;
    const found: Area[] = [];
    for (let place = 0; place < model.placeCount; place++) {
      if (!model.isArea(place) || !(model.isDrawn(place) || place === selected)) continue;
      const at = this.position(place);
      if (place !== selected && zoom < NEAR_ZOOM && !this.isLarge(place, at, zoom)) continue;
      at.lng = visible(at.lng, bounds);
      if (bounds.contains(at)) found.push({ place, at, shift: 0 });
    }
    const { counts } = model;
    return found.sort(
      (a, b) => Number(b.place === selected) - Number(a.place === selected) || counts[b.place] - counts[a.place] || a.place - b.place,
    );
  }

  private isLarge(place: number, at: L.LatLng, zoom: number): boolean {
    if (this.model.isCountry(place)) return true;
    const metres = (EQUATOR_M * Math.cos((at.lat * Math.PI) / 180)) / (256 * 2 ** zoom);
    return (this.model.places.radius_km[place] * 1000) / metres >= LARGE;
  }

  /** Find room for an area's name; false where there is none. */
  place(area: Area, point: L.Point, boxes: Boxes): boolean {
    return this.shift(area, point, boxes, SHIFTS);
  }

  /** Find room for the selected area's name, farther off too; at worst it covers what is there. */
  placeSelected(area: Area, point: L.Point, boxes: Boxes): void {
    if (!this.shift(area, point, boxes, [...SHIFTS, ...FAR_SHIFTS])) boxes.add(this.box(area, point));
  }

  private shift(area: Area, point: L.Point, boxes: Boxes, shifts: number[]): boolean {
    const found = shifts.find((shift) => boxes.place(this.box(area, point.add([0, shift]))));
    area.shift = found ?? 0;
    return found !== undefined;
  }

  private box({ place }: Area, { x, y }: L.Point): Box {
    const { counts, places } = this.model;
    const words = `${shortened(places.name[place])} ${counts[place]}`;
    const half = textWidth(words, `600 12.5px ${styleValue("--sans")}`) / 2 + 10;
    return [x - half, y - 10, x + half, y + 10];
  }

  icon(area: Area, selected: boolean): HTMLElement {
    const { best, counts, places } = this.model;
    const classes = ["area"];
    if (best[area.place] < SOLID) classes.push("hollow");
    if (selected) classes.push("selected");
    const label = element("span", { class: "label" });
    label.dataset.name = shortened(places.name[area.place]);
    label.dataset.count = String(counts[area.place] || "");
    label.style.marginTop = `${area.shift}px`;
    return element("span", { class: classes.join(" "), "aria-hidden": "true" }, label);
  }

  description(area: Area): string {
    const mentions = this.model.counts[area.place];
    return `${this.model.places.name[area.place]}, area, ${mentions} ${mentions === 1 ? "mention" : "mentions"}`;
  }
}
