/** `geo.corrections/1`: a line to a correction and back, as `geo/corrections/file.py` has it. */

import { PlaceRow, Shape } from "./payload";

export const SCHEMA = "geo.corrections/1";
export const ACTIONS = ["place", "confirm", "reject", "add"] as const;
/** The narrower scope comes first, and wins. */
export const SCOPES = ["mention", "document", "corpus"] as const;
export type Action = (typeof ACTIONS)[number];
export type Scope = (typeof SCOPES)[number];

export interface LinePlace {
  id: string;
  name: string;
  latitude: number;
  longitude: number;
  [field: string]: string | number | number[];
}

export interface Line {
  document_id: string;
  start: number;
  end: number;
  mention: string;
  action: Action;
  place: LinePlace | null;
  applies_to: Scope;
  created: string | null;
  author: string;
  note: string;
  /** The page was made with it: what it says is in the rows already. */
  given?: boolean;
}

const WORDS = ["id", "name", "feature_class", "feature_code", "country_code", "admin1", "admin2", "source"];
const NUMBERS = ["latitude", "longitude", "population", "radius_km"];

/** The line of a file; its keys in the order in which the command line writes them. */
export function written(line: Line): string {
  const { document_id, start, end, mention, action, place, applies_to, created, author, note } = line;
  return JSON.stringify({ schema: SCHEMA, document_id, start, end, mention, action, place, applies_to, created, author, note });
}

/** Read a file; the error of a line that is no correction names it. */
export function readLines(content: string): Line[] {
  const found: Line[] = [];
  content.replace(/^\ufeff/, "").split("\n").forEach((text, number) => {
    if (!text.trim()) return;
    try {
      found.push(lineOf(JSON.parse(text)));
    } catch (error) {
      const why = error instanceof SyntaxError ? "no valid JSON" : (error as Error).message;
      throw new Error(`line ${number + 1}: ${why}`);
    }
  });
  return found;
}

type Values = Record<string, unknown>;

export function lineOf(given: unknown): Line {
  if (!isObject(given)) throw new Error("not an object");
  const version = /^geo\.corrections\/(\d+)(\.\d+)*$/.exec(String(given.schema));
  if (!version) throw new Error(`no correction: "schema" is not "${SCHEMA}"`);
  if (version[1] !== "1") throw new Error(`"${String(given.schema)}" is of a newer release than this page`);
  const [start, end] = [whole(given, "start"), whole(given, "end")];
  if (start >= end) throw new Error('"start" is not before "end"');
  const mention = words(given, "mention");
  const line: Line = {
    document_id: words(given, "document_id"),
    start,
    end,
    mention,
    action: oneOf(ACTIONS, given.action, "action"),
    place: given.place === null || given.place === undefined ? null : placeOf(given.place, mention),
    applies_to: oneOf(SCOPES, given.applies_to ?? "mention", "applies_to"),
    created: instant(given.created),
    author: words(given, "author", ""),
    note: words(given, "note", ""),
  };
  if (!line.document_id || !mention) throw new Error('"document_id" and "mention" are needed');
  if (!line.place && (line.action === "place" || (line.action === "confirm" && line.applies_to !== "mention")))
    throw new Error(`"${line.action}" needs a "place"`);
  return line;
}

function placeOf(given: unknown, mention: string): LinePlace {
  if (!isObject(given)) throw new Error('"place" is not an object');
  const place: Values = {};
  for (const name of WORDS) if (given[name]) place[name] = words(given, name);
  for (const name of NUMBERS) if (given[name] !== null && given[name] !== undefined && given[name] !== "") place[name] = number(given, name);
  if (Array.isArray(given.bounds)) place.bounds = given.bounds.map(Number);
  const { latitude, longitude } = place as { latitude?: number; longitude?: number };
  if (latitude === undefined || longitude === undefined) throw new Error('"place" has no "latitude" and "longitude"');
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw new Error("the place is not on the earth");
  return { id: pointId(latitude, longitude), name: mention.split(/\s+/).join(" "), ...place } as LinePlace;
}

export const pointId = (latitude: number, longitude: number): string => `correction:${latitude.toFixed(5)},${longitude.toFixed(5)}`;

/** A place that the reader names. */
export function ownPlace(name: string, latitude: number, longitude: number): LinePlace {
  const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;
  const point = { latitude: round(latitude), longitude: round(longitude) };
  return { id: pointId(point.latitude, point.longitude), name, ...point };
}

/** A place of the page as a correction names it: what the source is silent about stays out. */
export function linePlace(row: PlaceRow): LinePlace {
  const [feature_class, feature_code] = row.code.split(".");
  const all: Values = {
    id: row.id, name: row.name, latitude: row.latitude, longitude: row.longitude, feature_class, feature_code,
    country_code: row.country, admin1: row.admin1, admin2: row.admin2, population: row.population, radius_km: row.radius_km,
  };
  const said = Object.entries(all).filter(([name, value]) => value || name === "latitude" || name === "longitude");
  return Object.fromEntries(said) as LinePlace;
}

/** A place that only a correction knows, as a row of the page. */
export function placeRow(place: LinePlace): PlaceRow {
  const text = (name: string): string => String(place[name] ?? "");
  const size = (name: string): number => Number(place[name] ?? 0);
  const kind = text("feature_class");
  const isCountry = kind === "A" && text("feature_code").startsWith("PCL");
  const isArea = "ALHTV".includes(kind || "-") && size("radius_km") >= 15;
  return {
    id: place.id,
    name: place.name,
    feature: isCountry ? "country" : "place",
    path: isCountry ? "" : [text("admin2"), text("admin1"), text("country_code")].filter(Boolean).join(", "),
    code: `${kind}.${text("feature_code")}`,
    country: text("country_code"),
    admin1: text("admin1"),
    admin2: text("admin2"),
    latitude: place.latitude,
    longitude: place.longitude,
    population: size("population"),
    radius_km: size("radius_km"),
    bounds: 0,
    shape: isCountry ? Shape.Country : isArea ? Shape.Area : Shape.Point,
  };
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function words(values: Values, name: string, otherwise?: string): string {
  const value = values[name] ?? otherwise;
  if (typeof value !== "string") throw new Error(`"${name}" is not text`);
  return value;
}

function whole(values: Values, name: string): number {
  const value = values[name];
  if (!Number.isInteger(value) || (value as number) < 0) throw new Error(`"${name}" is not a whole number from 0`);
  return value as number;
}

function number(values: Values, name: string): number {
  const value = values[name];
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Error(`"${name}" is not a number`);
  return value;
}

function instant(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value !== "string" || Number.isNaN(Date.parse(value))) throw new Error('"created" is no time as 2026-11-24T10:00:00Z');
  return value;
}

function oneOf<T extends string>(known: readonly T[], value: unknown, name: string): T {
  if (!known.includes(value as T)) throw new Error(`"${name}" is not one of ${known.join(", ")}`);
  return value as T;
}
