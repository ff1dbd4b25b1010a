/** The base map: tiles that are drawn on a canvas from the page's own data. */

import L from "leaflet";
import type GeoJSONVT from "geojson-vt";

import { pause, styleValue } from "./dom";
import { Layers, Scale } from "./layers";

const TILE = 512;
const EXTENT = 4096;
/** Tile zoom from which on rivers and divisions are drawn. */
export const FINE_ZOOM = 3;
/** Tile zoom from which on the detailed layers replace the world's. */
const DETAIL_ZOOM = 5;
/** Tile zoom up to which countries are tinted; nearer, their simplified shapes would show. */
const TINT_ZOOM = 4;
const SELECTED_TINT_ZOOM = 6;
const NAMES = ["sea", "land", "river", "border", "division", "tint", "tint-selected"] as const;

type Colors = Record<(typeof NAMES)[number], string>;
type Canvas = CanvasRenderingContext2D;
interface Drawn { el: HTMLCanvasElement; coords: L.Coords }
interface Polygon { geometry: ArrayLike<ArrayLike<number>>; tags: Record<string, unknown> | null }
interface Tile { z: number; x: number; y: number }

/** What countries to tint: those mentioned, and the one that is selected. */
export interface Tints {
  mentioned: Set<string>;
  selected: string;
}

export class Ground extends L.GridLayer {
  private colors = {} as Colors;
  tints: Tints = { mentioned: new Set(), selected: "" };
  scale: Scale = "coarse";

  constructor(private readonly layers: Layers) {
    super({ tileSize: TILE, minZoom: 1, maxZoom: 14, updateWhenZooming: false, keepBuffer: 2 });
    this.readColors();
  }

  readColors(): void {
    for (const name of NAMES) this.colors[name] = styleValue(`--${name}`);
  }

  override createTile(at: L.Coords): HTMLElement {
    const canvas = document.createElement("canvas");
    this.fill(canvas, at);
    return canvas;
  }

  /** Draw each tile anew where it stands. */
  repaint(): void {
    for (const { el, coords } of this.tiles) this.fill(el, coords);
  }

  /** The same, but the reader comes first between two. */
  async repaintInSteps(): Promise<void> {
    for (const { el, coords } of this.tiles) {
      if (el.isConnected) this.fill(el, coords);
      await pause();
    }
  }

  /** None before the map has it. */
  private get tiles(): Drawn[] {
    return Object.values((this as unknown as { _tiles?: Record<string, Drawn> })._tiles ?? {});
  }

  private fill(canvas: HTMLCanvasElement, at: L.Coords): void {
    const density = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = canvas.height = TILE * density;
    const z = at.z - 1; // a tile of 512 pixels holds four of the usual ones
    const size = 2 ** z;
    const context = canvas.getContext("2d");
    if (!context || at.y < 0 || at.y >= size) return;
    context.scale(density, density);
    context.lineJoin = "round";
    this.draw(context, { z, x: ((at.x % size) + size) % size, y: at.y });
  }

  private draw(c: Canvas, tile: Tile): void {
    c.fillStyle = this.colors.sea;
    c.fillRect(0, 0, TILE, TILE);
    this.paint(c, tile, this.scale);
    if (tile.z < DETAIL_ZOOM || !this.layers.get("detail", "land")) return;
    const rectangles = this.layers.configuration.detail.map((bounds) => onTile(bounds, tile));
    const visible = rectangles.filter((r) => r[2] > 0 && r[0] < TILE && r[3] > 0 && r[1] < TILE);
    if (!visible.length) return;
    c.save();
    c.beginPath();
    for (const [west, north, east, south] of visible) c.rect(west, north, east - west, south - north);
    c.clip();
    c.fillStyle = this.colors.sea;
    c.fillRect(0, 0, TILE, TILE);
    this.paint(c, tile, "detail");
    c.restore();
  }

  private paint(c: Canvas, tile: Tile, scale: Scale): void {
    const { colors } = this;
    const { z } = tile;
    const layer = (name: string): GeoJSONVT | undefined => this.layers.get("own", name) ?? this.layers.get(scale, name);
    fill(c, layer("land"), tile, colors.land);
    if (z <= SELECTED_TINT_ZOOM) this.paintTints(c, layer("land"), tile);
    // The world's rivers run beside the detailed borders, so they end where these begin to show.
    if (z >= FINE_ZOOM && z <= 7) stroke(c, this.layers.get(this.scale, "rivers"), tile, colors.river, z > 5 ? 1.1 : 0.7);
    fill(c, layer("lakes"), tile, colors.sea);
    if (z >= FINE_ZOOM) stroke(c, layer("admin1"), tile, colors.division, 0.8, [2, 2]);
    stroke(c, layer("borders"), tile, colors.border, z > 4 ? 1.2 : 0.8);
    stroke(c, layer("disputed"), tile, colors.border, 1, [4, 3]);
  }

  /** Tint on land only: the shapes' coast is coarser than the land's. */
  private paintTints(c: Canvas, land: GeoJSONVT | undefined, tile: Tile): void {
    const colorOf = (code: string): string => {
      if (code === this.tints.selected) return this.colors["tint-selected"];
      return tile.z <= TINT_ZOOM && this.tints.mentioned.has(code) ? this.colors.tint : "";
    };
    const shapes = polygons(this.layers.countries ?? undefined, tile);
    const tinted = shapes.filter(({ tags }) => colorOf(String(tags?.code)));
    if (!tinted.length) return;
    c.save();
    c.beginPath();
    // The index turns holes against their outlines, so what overlaps stays in, and holes stay out.
    for (const { geometry } of polygons(land, tile)) trace(c, geometry, true);
    c.clip("nonzero");
    for (const { tags, geometry } of tinted) {
      c.beginPath();
      trace(c, geometry, true);
      c.fillStyle = colorOf(String(tags?.code));
      c.fill("evenodd");
    }
    c.restore();
  }
}

/** The polygons of a layer within a tile. */
function polygons(layer: GeoJSONVT | undefined, { z, x, y }: Tile): Polygon[] {
  const features = layer?.getTileRaw(z, x, y)?.features ?? [];
  return features.filter(({ type }) => type === 3) as Polygon[];
}

function trace(c: Canvas, rings: ArrayLike<ArrayLike<number>>, close: boolean): void {
  const s = TILE / EXTENT;
  for (let r = 0; r < rings.length; r++) {
    const ring = rings[r];
    c.moveTo(ring[0] * s, ring[1] * s);
    for (let i = 2; i < ring.length; i += 2) c.lineTo(ring[i] * s, ring[i + 1] * s);
    if (close) c.closePath();
  }
}

/** Fill polygons one by one: those of neighbouring pieces of the detail overlap a little. */
function fill(c: Canvas, layer: GeoJSONVT | undefined, tile: Tile, color: string): void {
  c.fillStyle = color;
  for (const { geometry } of polygons(layer, tile)) {
    c.beginPath();
    trace(c, geometry, true);
    c.fill("evenodd");
  }
}

function stroke(
  c: Canvas, layer: GeoJSONVT | undefined, tile: Tile, color: string, width: number, dash: number[] = [],
): void {
  const found = layer?.getTileRaw(tile.z, tile.x, tile.y);
  if (!found) return;
  c.beginPath();
  for (const feature of found.features) if (feature.type === 2) trace(c, feature.geometry, false);
  c.strokeStyle = color;
  c.lineWidth = width;
  c.setLineDash(dash);
  c.stroke();
}

/** West, north, east, south in pixels of the tile. */
function onTile([w, s, e, n]: [number, number, number, number], tile: Tile): number[] {
  const size = 2 ** tile.z;
  const x = (longitude: number): number => (((longitude + 180) / 360) * size - tile.x) * TILE;
  const y = (latitude: number): number => {
    const sine = Math.sin((Math.max(-85.05, Math.min(85.05, latitude)) * Math.PI) / 180);
    return ((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * size - tile.y) * TILE;
  };
  // Whole pixels: an edge between two would be drawn half, and show.
  return [x(w), y(n), x(e), y(s)].map(Math.round);
}
