/** The base map's layers: unpacked, decoded and indexed for drawing in tiles. */

import GeoJSONVT from "geojson-vt";

import { configuration, unpack, unpackJson } from "./blocks";
import { pause } from "./dom";

type Position = [number, number];
type Extent = [number, number, number, number];
type Feature = { type: "Feature"; properties: Record<string, unknown> | null; geometry: Geometry };
type Geometry =
  | { type: "Polygon"; coordinates: Position[][] }
  | { type: "LineString"; coordinates: Position[] };

export interface GroundConfiguration {
  units: Record<string, number>;
  kinds: Record<string, "polygon" | "line">;
  blocks: string[];
  /** West, south, east, north of the rectangles that the detail covers. */
  detail: Extent[];
  countries: { codes: string[]; counts: number[] };
  /** Code, name, latitude, longitude, least zoom. */
  labels: [string, string, number, number, number][];
  attribution: string;
}

/** Decode a layer stream: variable-length zigzag deltas, see `basemap/FORMAT.md`. */
export function decode(buffer: ArrayBuffer, units: number, polygon: boolean): Feature[] {
  const bytes = new Uint8Array(buffer);
  let at = 0;
  const number = (): number => {
    let value = 0;
    let factor = 1;
    let byte: number;
    do {
      byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte & 128);
    return value;
  };
  const signed = (): number => {
    const value = number();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  const features: Feature[] = [];
  while (at < bytes.length) {
    const rings: Position[][] = [];
    for (let left = number(); left > 0; left--) {
      const ring: Position[] = [];
      let x = 0;
      let y = 0;
      for (let points = number(); points > 0; points--) {
        x += signed();
        y += signed();
        ring.push([x / units, y / units]);
      }
      if (polygon) ring.push(ring[0]);
      rings.push(ring);
    }
    features.push({
      type: "Feature",
      properties: null,
      geometry: polygon
        ? { type: "Polygon", coordinates: rings }
        : { type: "LineString", coordinates: rings[0] },
    });
  }
  return features;
}

function indexed(features: Feature[]): GeoJSONVT {
  return new GeoJSONVT(
    { type: "FeatureCollection", features },
    { maxZoom: 13, tolerance: 4, extent: 4096, buffer: 32, indexMaxZoom: 4, indexMaxPoints: 200000 },
  );
}

/** `own`: borders that whoever made the page chose. */
export type Scale = "coarse" | "world" | "detail" | "own";

/** The layers by scale and name; they come in one after another. */
export class Layers {
  readonly configuration = configuration<GroundConfiguration>("geo-ground");
  private readonly layers = new Map<string, GeoJSONVT>();
  countries: GeoJSONVT | null = null;
  /** West, south, east, north of the largest part of each country in the file. */
  readonly extents = new Map<string, Extent>();

  get(scale: Scale, name: string): GeoJSONVT | undefined {
    return this.layers.get(`${scale}-${name}`);
  }

  private extend(code: string, ring: Position[]): void {
    const xs = ring.map((p) => p[0]);
    const ys = ring.map((p) => p[1]);
    const found: Extent = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    const size = (e: Extent): number => (e[2] - e[0]) * (e[3] - e[1]);
    const known = this.extents.get(code);
    if (!known || size(found) > size(known)) this.extents.set(code, found);
  }

  /** Load the layers of a scale: those of the names, or all; the reader comes first between two. */
  async load(scale: Scale, names?: string[]): Promise<void> {
    const { blocks, kinds, units } = this.configuration;
    for (const block of blocks) {
      const name = block.slice(scale.length + 1);
      if (block !== `${scale}-${name}` || this.layers.has(block) || !(names?.includes(name) ?? true)) continue;
      const buffer = await unpack(`ground-${block}`);
      if (!buffer) continue;
      await pause();
      const features = decode(buffer, units[scale], kinds[name] === "polygon");
      await pause();
      this.layers.set(block, indexed(features));
    }
  }

  /** Names of countries by code. */
  get countryNames(): Map<string, string> {
    return new Map(this.configuration.labels.map(([code, name]) => [code, name]));
  }

  /** Name, latitude, longitude, least zoom; the largest first. */
  cities: [string, number, number, number][] = [];

  async loadCities(): Promise<void> {
    this.cities = await unpackJson("ground-cities");
  }

  async loadCountries(): Promise<void> {
    const buffer = await unpack("ground-countries");
    if (!buffer) return;
    const { countries, units } = this.configuration;
    const features = decode(buffer, units.countries, true);
    let at = 0;
    countries.codes.forEach((code, i) => {
      for (let left = countries.counts[i]; left > 0; left--) {
        const { geometry } = features[at];
        features[at++].properties = { code };
        if (geometry.type === "Polygon") this.extend(code, geometry.coordinates[0]);
      }
    });
    this.countries = indexed(features);
  }
}
