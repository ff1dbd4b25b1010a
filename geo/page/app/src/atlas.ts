/** The map: the base map, the overlay, and how it moves to what is selected. */

import L from "leaflet";

import { isNarrow, pause, prefersStill } from "./dom";
import { FINE_ZOOM, Ground, Tints } from "./ground";
import { Layers } from "./layers";
import { Overlay } from "./overlay";
import { Origin, Store } from "./store";

/** Zoom to which a selected point is brought at least, and at most to set it apart. */
const POINT_ZOOM = 6;
const APART_ZOOM = 10;
/** Layers that show at any zoom. */
const FAR = ["land", "lakes", "borders", "disputed"];
/** Share of the map that the card may cover on a narrow page. */
const SHEET = 0.52;
/** Pixels that a selected pin keeps from the card. */
const CARD_GAP = 90;

export class Atlas {
  readonly overlay: Overlay;
  private readonly ground: Ground;

  constructor(
    readonly map: L.Map,
    private readonly store: Store,
    private readonly card: HTMLElement,
    private readonly layers: Layers,
  ) {
    this.overlay = new Overlay(map, store, layers);
    this.ground = new Ground(layers);
    this.overlay.onCluster = (pin) => {
      const zoom = this.overlay.pins.splitsAt(pin.cluster, map.getZoom());
      if (zoom > map.getMaxZoom()) store.selectPlace(pin.top, "map");
      else this.move(pin.at, Math.max(zoom, map.getZoom() + 1));
    };
    this.overlay.obstacles = () => [
      ...(isNarrow() || card.hidden ? [] : [card]),
      ...map.getContainer().querySelectorAll(".leaflet-control"),
    ];
    map.on("moveend resize", () => this.overlay.draw());
    store.on("filter", () => this.refilter());
    store.on("selection", (origin) => this.follow(origin));
    store.on("alternatives", () => this.overlay.draw());
    store.on("theme", () => {
      this.ground.readColors();
      this.ground.repaint();
      this.overlay.draw();
    });
  }

  get attribution(): string {
    return this.layers.configuration.attribution;
  }

  /** Draw the pins, where all of them are in sight. */
  showPins(): void {
    this.overlay.pins.build();
    this.fit();
  }

  /** Draw the base map below them, coarse first; what only shows nearer comes last. */
  async showGround(): Promise<void> {
    const { ground, layers, map } = this;
    await layers.load("coarse");
    ground.addTo(map);
    await pause();
    await layers.load("own");
    await layers.load("world", FAR);
    await layers.loadCountries();
    await layers.loadCities();
    ground.scale = "world";
    this.tint();
    const isFine = map.getZoom() > FINE_ZOOM;
    if (isFine) await this.loadFine();
    await ground.repaintInSteps();
    this.overlay.addNames();
    if (!isFine) void this.refine();
  }

  private async loadFine(): Promise<void> {
    await this.layers.load("world");
    await this.layers.load("detail");
  }

  /** Load what shows nearer, and draw it if the reader went there meanwhile. */
  private async refine(): Promise<void> {
    await this.loadFine();
    if (this.map.getZoom() > FINE_ZOOM) await this.ground.repaintInSteps();
  }

  /** Show all that is drawn: the points, or the areas where there are none. */
  fit(): void {
    const { model } = this.store;
    const { latitude, longitude } = model.places;
    const drawn = [...Array(model.placeCount).keys()].filter((i) => model.counts[i] > 0);
    const certain = drawn.filter((i) => model.isDrawn(i));
    const points = certain.filter((i) => !model.isArea(i));
    const shown = points.length ? points : certain.length ? certain : drawn;
    if (!shown.length) return void this.map.setView([20, 10], 2, { animate: false });
    const east = beyond(shown.map((i) => longitude[i]));
    const bounds = L.latLngBounds(shown.map((i) => [latitude[i], east(longitude[i])]));
    const padding: [number, number] = isNarrow() ? [28, 36] : [70, 60];
    const maxZoom = points.length ? 8 : 5;
    this.map.fitBounds(bounds, { padding, maxZoom, animate: false });
  }

  move(at: L.LatLngExpression, zoom: number): void {
    const map = this.map;
    const target = this.besideCard(L.latLng(at), zoom);
    if (prefersStill()) map.setView(target, zoom, { animate: false });
    else map.flyTo(target, zoom, { duration: 0.7 });
  }

  /** The centre that keeps a point clear of the card. */
  private besideCard(at: L.LatLng, zoom: number): L.LatLng {
    if (this.card.hidden) return at;
    if (isNarrow()) return this.aboveCard(at, zoom);
    const width = this.map.getSize().x;
    const free = width - this.card.offsetWidth - 12;
    const shift = Math.max(0, width / 2 - (free - CARD_GAP));
    const point = this.map.project(at, zoom).add([Math.min(shift, width / 2 - 60), 0]);
    return this.map.unproject(point, zoom);
  }

  /** On a narrow page the card lies below the map; in a frame, over the lower half of it. */
  private aboveCard(at: L.LatLng, zoom: number): L.LatLng {
    if (!getComputedStyle(this.card).gridRowStart.startsWith("map")) return at;
    const point = this.map.project(at, zoom).add([0, this.map.getSize().y * SHEET / 2]);
    return this.map.unproject(point, zoom);
  }

  private refilter(): void {
    this.overlay.pins.build();
    this.overlay.draw();
    if (this.tint()) this.ground.repaint();
  }

  /** Choose the countries to tint; true if they are others than before. */
  private tint(): boolean {
    const { model, selection } = this.store;
    const { place } = selection;
    const tints = {
      mentioned: new Set(this.overlay.mentionedCountries()),
      selected: place >= 0 && model.isCountry(place) ? model.places.country[place] : "",
    };
    const words = ({ mentioned, selected }: Tints): string => [selected, ...mentioned].join();
    const differs = words(tints) !== words(this.ground.tints);
    this.ground.tints = tints;
    return differs;
  }

  private follow(origin: Origin): void {
    if (this.tint()) this.ground.repaint();
    const { place } = this.store.selection;
    if (place >= 0 && origin !== "map") this.show(place);
    else if (place >= 0) this.uncover(place);
    this.overlay.draw();
  }

  /** Move a pin that was clicked out from under the card. */
  private uncover(place: number): void {
    const { latitude, longitude } = this.store.model.places;
    if (this.card.hidden || isNarrow()) return;
    const at = this.store.model.isArea(place) ? this.overlay.areas.position(place) : L.latLng(latitude[place], longitude[place]);
    const x = this.map.latLngToContainerPoint(at).x;
    const covered = x - (this.map.getSize().x - this.card.offsetWidth - 12 - CARD_GAP);
    if (covered > 0 && x < this.map.getSize().x) this.map.panBy([covered, 0], { animate: !prefersStill() });
  }

  private show(place: number): void {
    const { model } = this.store;
    if (model.isArea(place)) {
      const at = this.overlay.areas.position(place);
      this.move(at, this.areaZoom(place, at));
      return;
    }
    const at = L.latLng(model.places.latitude[place], model.places.longitude[place]);
    let zoom = Math.max(POINT_ZOOM, Math.min(this.map.getZoom(), APART_ZOOM));
    while (zoom < APART_ZOOM && !this.overlay.pins.standsAlone(place, zoom)) zoom++;
    this.move(at, zoom);
  }

  /** The zoom at which an area fills about half of the map. */
  private areaZoom(place: number, at: L.LatLng): number {
    const { bounds, country, radius_km } = this.store.model.places;
    const size = this.map.getSize();
    const isCountry = this.store.model.isCountry(place);
    const box = (isCountry && this.layers.extents.get(country[place])) || bounds[place];
    if (box) {
      const [west, south, east, north] = box;
      const whole = L.latLngBounds([south, west], [north, east < west ? east + 360 : east]);
      return Math.max(2, Math.min(8, this.map.getBoundsZoom(whole)));
    }
    const radius = radius_km[place] || (isCountry ? 400 : 60);
    const span = Math.min(size.x, size.y) * 0.4;
    const metres = (radius * 1000) / span;
    const zoom = Math.log2((40_075_016 * Math.cos((at.lat * Math.PI) / 180)) / (256 * metres));
    return Math.max(2, Math.min(8, Math.floor(zoom)));
  }
}

/** How to count longitudes so that they lie together, across the antimeridian if they do. */
function beyond(longitudes: number[]): (longitude: number) => number {
  const sorted = [...longitudes].sort((a, b) => a - b);
  let widest = sorted[0] + 360 - sorted[sorted.length - 1];
  let from = -Infinity;
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i] - sorted[i - 1] > Math.max(widest, 180)) {
      widest = sorted[i] - sorted[i - 1];
      from = sorted[i];
    }
  return (longitude) => (longitude < from ? longitude + 360 : longitude);
}
