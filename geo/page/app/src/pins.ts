/** Places that are points: clusters of them at a zoom, as circles with a name. */

import L from "leaflet";
import Supercluster, { type InputFeature } from "supercluster";

import { Boxes, nameBeside, shortened, Side, textWidth } from "./boxes";
import { element, styleValue } from "./dom";
import { HOLLOW, Model, SOLID } from "./model";

interface Tally {
  /** Mentions, places, best confidence; the place with most mentions and how many. */
  mentions: number;
  places: number;
  best: number;
  top: number;
  topMentions: number;
  approximate: number;
}

export interface Pin extends Tally {
  key: string;
  /** -1: no cluster. */
  cluster: number;
  at: L.LatLng;
  radius: number;
  side: Side | null;
  /** It is the selected place, or a cluster with it. */
  selected: boolean;
}

/** Pixels between a pin and its name. */
const GAP = 4;
const CLUSTER_RADIUS = 46;
/** Zoom from which on only pins that hide each other are clusters. */
const NEAR_ZOOM = 10;
const NEAR_RADIUS = 15;
const MAX_ZOOM = 12;
const FONT_SIZE = "600 12.5px ";

export class Pins {
  private points: InputFeature<Tally>[] = [];
  private far: Supercluster<Tally, Tally> | null = null;
  private near: Supercluster<Tally, Tally> | null = null;
  private most = 1;

  constructor(private readonly model: Model) {}

  /** Take what the filter leaves; clusters of it are built when a zoom asks for them. */
  build(): void {
    const { model } = this;
    const { latitude, longitude } = model.places;
    const points: InputFeature<Tally>[] = [];
    this.most = 1;
    for (let i = 0; i < model.placeCount; i++) {
      if (model.isArea(i) || !model.isDrawn(i)) continue;
      this.most = Math.max(this.most, model.counts[i]);
      points.push({
        type: "Feature",
        properties: this.tally(i),
        geometry: { type: "Point", coordinates: [longitude[i], latitude[i]] },
      });
    }
    this.points = points;
    this.far = this.near = null;
  }

  private index(zoom: number): Supercluster<Tally, Tally> {
    if (zoom < NEAR_ZOOM) return (this.far ??= clusters(CLUSTER_RADIUS, NEAR_ZOOM - 1).load(this.points));
    return (this.near ??= clusters(NEAR_RADIUS, MAX_ZOOM).load(this.points));
  }

  private tally(place: number): Tally {
    const { counts, best, approximate } = this.model;
    return {
      mentions: counts[place], places: 1, best: best[place], top: place,
      topMentions: counts[place], approximate: approximate[place],
    };
  }

  /** The pins within bounds, the selected place among them, heaviest first. */
  within(bounds: L.LatLngBounds, zoom: number, selected: number): Pin[] {
    const west = Math.max(-540, bounds.getWest());
    const box: [number, number, number, number] = [
      west, Math.max(-85, bounds.getSouth()), Math.min(west + 360, bounds.getEast()), Math.min(85, bounds.getNorth()),
    ];
    const pins = this.index(zoom).getClusters(box, zoom).map((feature): Pin => {
      const properties = feature.properties as Tally & { cluster_id?: number };
      const [east, latitude] = feature.geometry.coordinates;
      const longitude = visible(east, bounds);
      const cluster = properties.cluster_id ?? -1;
      return this.pin(properties, cluster, latitude, longitude);
    });
    this.mark(pins, selected, zoom, bounds);
    return pins.sort((a, b) => Number(b.selected) - Number(a.selected) || b.mentions - a.mentions || a.top - b.top);
  }

  /** Mark the selected place, or the cluster that holds it; add it where the map draws neither. */
  private mark(pins: Pin[], selected: number, zoom: number, bounds: L.LatLngBounds): void {
    if (selected < 0 || this.model.isArea(selected)) return;
    const { latitude, longitude } = this.model.places;
    const at = L.latLng(latitude[selected], visible(longitude[selected], bounds));
    const distance = (pin: Pin): number =>
      L.CRS.EPSG3857.latLngToPoint(pin.at, zoom).distanceTo(L.CRS.EPSG3857.latLngToPoint(at, zoom));
    const own = pins.find((pin) => pin.cluster < 0 && pin.top === selected);
    const holds = pins.filter((pin) => pin.cluster >= 0 && distance(pin) <= pin.radius).sort((a, b) => distance(a) - distance(b));
    const found = own ?? (this.model.isDrawn(selected) ? holds[0] : undefined) ?? this.pin(this.tally(selected), -1, at.lat, at.lng);
    found.selected = true;
    if (!pins.includes(found)) pins.push(found);
  }

  private pin(tally: Tally, cluster: number, latitude: number, longitude: number): Pin {
    const share = Math.sqrt(tally.mentions / this.most) * (this.most > 8 ? 1 : 0.6);
    const digits = String(tally.mentions).length;
    const room = tally.mentions > 1 ? 4.2 + 3.4 * digits : 0;
    return {
      ...tally,
      key: `${cluster < 0 ? "place" : "cluster"}-${tally.top}`,
      cluster,
      at: L.latLng(latitude, longitude),
      radius: Math.max(6.5, room, Math.min(21, 4 + 17 * share)),
      side: null,
      selected: false,
    };
  }

  /** Whether a place is on its own at a zoom, not within a cluster. */
  standsAlone(place: number, zoom: number): boolean {
    const { latitude, longitude } = this.model.places;
    const x = longitude[place];
    const y = latitude[place];
    const whole = Math.round(zoom);
    const near = this.index(whole).getClusters([x - 0.01, y - 0.01, x + 0.01, y + 0.01], whole);
    const alone = near.some((f) => (f.properties as Partial<Pin>).cluster === undefined && f.properties.top === place);
    return alone || !this.model.isDrawn(place);
  }

  /** The zoom at which a cluster that was drawn at `zoom` falls apart. */
  splitsAt(cluster: number, zoom: number): number {
    return this.index(Math.round(zoom)).getClusterExpansionZoom(cluster);
  }

  name(pin: Pin): string {
    const name = shortened(this.model.places.name[pin.top]);
    return pin.places > 1 ? `${name} +${pin.places - 1}` : name;
  }

  description(pin: Pin): string {
    const mentions = `${pin.mentions} ${pin.mentions === 1 ? "mention" : "mentions"}`;
    const name = this.model.places.name[pin.top];
    return pin.cluster < 0
      ? `${name}, ${mentions}`
      : `${name} and ${pin.places - 1} more nearby, ${mentions}, zoom in`;
  }

  /** Find a free side for the pin's name. */
  label(pin: Pin, point: L.Point, boxes: Boxes): void {
    const width = textWidth(this.name(pin), FONT_SIZE + styleValue("--sans"));
    pin.side = boxes.beside(point, reach(pin) + GAP, width);
  }

  icon(pin: Pin, selected: boolean): HTMLElement {
    const classes = ["pin"];
    if (pin.cluster >= 0) classes.push("cluster");
    if (pin.best < SOLID) classes.push("hollow");
    if (pin.best < HOLLOW) classes.push("doubtful");
    if (pin.approximate) classes.push("approximate");
    if (selected) classes.push("selected");
    const disc = element("span", { class: "disc" });
    disc.dataset.count = pin.mentions > 1 ? abbreviated(pin.mentions) : "";
    disc.style.width = disc.style.height = `${Math.round(pin.radius * 2)}px`;
    const icon = element("span", { class: classes.join(" "), "aria-hidden": "true" }, disc);
    if (pin.side) icon.append(nameBeside(this.name(pin), pin.side, reach(pin) + GAP));
    return icon;
  }
}

/** Pixels from a pin's middle to its outermost line. */
export const reach = (pin: Pin): number => pin.radius + (pin.cluster >= 0 || pin.selected ? 4 : 1);

function clusters(radius: number, maxZoom: number): Supercluster<Tally, Tally> {
  return new Supercluster<Tally, Tally>({
    radius,
    extent: 256,
    maxZoom,
    map: (tally) => ({ ...tally }),
    reduce: (sum, one) => {
      sum.mentions += one.mentions;
      sum.places += one.places;
      sum.best = Math.max(sum.best, one.best);
      sum.approximate = Math.min(sum.approximate, one.approximate);
      if (one.topMentions > sum.topMentions || (one.topMentions === sum.topMentions && one.top < sum.top)) {
        sum.top = one.top;
        sum.topMentions = one.topMentions;
      }
    },
  });
}

/** The longitude on the copy of the world that is in sight. */
export function visible(longitude: number, bounds: L.LatLngBounds): number {
  const west = bounds.getWest();
  if (longitude >= west && longitude <= bounds.getEast()) return longitude;
  return ((((longitude - west) % 360) + 360) % 360) + west;
}

function abbreviated(amount: number): string {
  return amount > 9999 ? `${Math.round(amount / 1000)}k` : String(amount);
}
