/** The current view as a file, made in the page. */

import { button, element } from "./dom";
import { Flag, originOf } from "./payload";
import { reasonOf } from "./unplaced";
import { Store } from "./store";

type Row = Record<string, string | number | boolean | null>;

export function downloads(store: Store): HTMLElement {
  const menu = element("details", { class: "menu" }, element("summary", {}, "Download"));
  const item = (label: string, make: () => Promise<void>): HTMLElement =>
    button(label, () => {
      menu.open = false;
      void make();
    });
  const list = element(
    "div",
    { class: "items" },
    item("GeoJSON of this view", async () => save("places.geojson", "application/geo+json", geojson(await rows(store)))),
    item("CSV of this view", async () => save("places.csv", "text/csv;charset=utf-8", csv(await rows(store)))),
  );
  menu.append(list);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target as Node)) menu.open = false;
  });
  return menu;
}

/** The mentions that the filters leave, and what was not placed, in text order. */
export async function rows(store: Store): Promise<Row[]> {
  const { model, texts, filter } = store;
  const found: { document: number; start: number; row: Row }[] = [];
  let text = null;
  let current = -1;
  for (const m of model.mentions(filter.document)) {
    const place = model.placeOf[m];
    if (place >= 0 ? !model.passes(m, filter) : filter.query !== "") continue;
    const document = model.documentOf[m];
    if (document !== current) {
      current = document;
      text = await texts.of(document);
    }
    if (!text) continue;
    const local = model.local(m);
    const [start, end] = text.span(local);
    const { places, flags, confidence, meta } = model;
    const placed = <T>(column: T[]): T | null => (place < 0 ? null : column[place] || null);
    const code = place < 0 ? ["", ""] : places.code[place].split(".");
    const sentence = text.sentence(local);
    const row: Row = {
      document_id: meta.documents.id[document],
      source: meta.documents.source[document] || null,
      start,
      end,
      mention: text.surface(local),
      kind: flags[m] & Flag.Associative ? "associative" : "literal",
      role: flags[m] & Flag.Organization ? "organization" : flags[m] & Flag.Inside ? "inside" : "name",
      place_id: placed(places.id),
      place: placed(places.name),
      latitude: place < 0 ? null : places.latitude[place],
      longitude: place < 0 ? null : places.longitude[place],
      feature_class: code[0] || null,
      feature_code: code[1] || null,
      country_code: placed(places.country),
      admin1: placed(places.admin1),
      admin2: placed(places.admin2),
      population: placed(places.population),
      radius_km: placed(places.radius_km),
      confidence: confidence[m] / 1000,
      approximate: Boolean(flags[m] & Flag.Approximate),
      origin: originOf(flags[m]),
      explanation: text.explanation(local),
      reason: place < 0 ? reasonOf(flags[m]) : null,
      sentence: sentence ? sentence.run.join("").trim().replace(/\s+/g, " ") : "",
      title: meta.documents.title[document] || null,
      published: meta.documents.published[document] || null,
    };
    found.push({ document, start, row });
  }
  // What a reader added is numbered after the rest.
  found.sort((a, b) => a.document - b.document || a.start - b.start);
  return found.map(({ row }) => row);
}

export function geojson(found: Row[]): string {
  const features = found.map((row) => ({
    type: "Feature",
    geometry: row.place_id === null ? null : { type: "Point", coordinates: [row.longitude, row.latitude] },
    properties: row,
  }));
  return JSON.stringify({ type: "FeatureCollection", schema: "geo.geojson/1", features });
}

export function csv(found: Row[]): string {
  if (!found.length) return "";
  const names = Object.keys(found[0]);
  const field = (value: Row[string]): string => {
    let words = value === null ? "" : String(value);
    // A spreadsheet would run such a text as a formula.
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(words)) words = `'${words}`;
    return /[",\n\r]/.test(words) ? `"${words.replace(/"/g, '""')}"` : words;
  };
  const lines = found.map((row) => names.map((name) => field(row[name])).join(","));
  return `${[names.join(","), ...lines].join("\r\n")}\r\n`;
}

export function save(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
