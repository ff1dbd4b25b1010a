/** The page: `mentionmap.start` is called by the folium map that `geo/page/page.py` makes. */

import L from "leaflet";
import markerIcon from "leaflet/dist/images/marker-icon.png";
import markerShadow from "leaflet/dist/images/marker-shadow.png";

import "./page.css";
import { showAbout } from "./about";
import { Atlas } from "./atlas";
import { unpackJson } from "./blocks";
import { Card } from "./card";
import { Correcting } from "./correcting";
import { DocumentList } from "./documents";
import { button, byId, count, grouped, isNarrow, pause, prefersStill, twoFrames } from "./dom";
import { downloads } from "./download";
import { embedButton, embedded } from "./embed";
import { Filters } from "./filters";
import { listen } from "./keys";
import { addCredits, addFit, addLegend } from "./legend";
import { Layers } from "./layers";
import { Link } from "./link";
import { Model } from "./model";
import { Meta, Texts } from "./payload";
import { PlaceList } from "./places";
import { preparePrint } from "./print";
import { Store } from "./store";
import { Tab, Tabs } from "./tabs";
import { TextView } from "./text";
import { initialTheme, themeButton } from "./theme";
import { addTiles } from "./tiles";
import { UnplacedList } from "./unplaced";

declare global {
  interface Window {
    L: typeof L;
    mentionmap: { start: typeof start };
  }
}

/** Make the Leaflet map at once, so that folium's layers find it; fill the page as data unpack. */
function start(container: string, options: L.MapOptions): L.Map {
  const map = L.map(container, {
    ...options,
    // Half steps let the world fit; the buttons go by whole ones.
    zoomSnap: 0.5,
    zoomControl: false,
    attributionControl: false,
    worldCopyJump: true,
    fadeAnimation: false,
    zoomAnimation: !prefersStill(),
    inertia: !prefersStill(),
  });
  map.setView([20, 10], 2);
  L.control.zoom({ position: "topleft" }).addTo(map);
  fill(map).catch((error: unknown) => {
    const old = typeof DecompressionStream === "undefined";
    byId("panel").replaceChildren(old ? "This browser is too old for this page." : "This page is damaged.");
    throw error;
  });
  return map;
}

/** Pins that can be clicked come first, then text and lists, then the base map. */
async function fill(map: L.Map): Promise<void> {
  const meta = await unpackJson<Meta>("geo-page");
  const model = new Model(meta);
  const store = new Store(model, new Texts(meta));
  model.apply(store.filter);
  const text = new TextView(store);
  const correcting = meta.correctable ? new Correcting(store, text, map) : null;
  await correcting?.start();
  // Before the map, which looks at what the card covers.
  const card = new Card(byId("card"), store);
  if (correcting) card.tools = correcting.desk;
  const layers = new Layers();
  const atlas = new Atlas(map, store, byId("card"), layers);
  card.onAlternative = (other) => atlas.move([other.latitude, other.longitude], Math.max(map.getZoom(), 6));
  card.onClose = () => close(store, atlas);
  addFit(map, () => atlas.fit());
  addLegend(map, model);
  addTiles(map, atlas);
  const about = (): void => showAbout(model, atlas.attribution, () => byId("help").focus());
  addCredits(map, model, about);
  atlas.showPins();
  document.documentElement.dataset.pins = "ready";
  await twoFrames();
  await pause();

  const link = new Link(store);
  const places = new PlaceList(store);
  const unplaced = new UnplacedList(store);
  const documents = model.documentCount > 1 ? new DocumentList(store) : null;
  const tabs = new Tabs(tabsOf(meta, text, places, unplaced, documents, correcting));
  const filters = new Filters(store, layers.countryNames);
  byId("panel").replaceChildren(filters.bar, tabs.bar, ...tabs.panels);
  if (documents) documents.onOpen = () => byId("tab-text").click();
  text.reveal = () => {
    if (tabs.current !== "places" || isNarrow()) tabs.show("text");
  };
  const help = button("?", about, { id: "help", "aria-label": "Help and sources", title: "Help and sources" });
  if (embedded()) byId("actions").append(embedButton(map));
  if (correcting) byId("actions").append(correcting.view.reminder);
  byId("actions").append(downloads(store), button("Print", () => print(), { class: "print" }), themeButton(store), help);

  const summary = (): void => {
    const amount = places.order.length;
    const words = [count(amount, "place"), count(model.total, "mention")];
    if (documents) words.push(count(model.documentsWithin(store.filter), "document"));
    byId("summary").textContent = words.join(" · ");
    tabs.label("places", `Places ${grouped(amount)}`);
    tabs.label("unplaced", `Not placed ${grouped(unplaced.amount)}`);
    tabs.offer("unplaced", unplaced.amount > 0);
    const said = correcting?.ledger.own.length ?? 0;
    tabs.label("corrections", said ? `Corrections ${grouped(said)}` : "Corrections");
  };
  store.on("filter", (origin) => {
    // Who types words looks for places, if not already at another list.
    if (origin === "list" && store.filter.query && tabs.current === "text") tabs.show("places");
    summary();
  });
  store.on("selection", () => announce(store));
  listen({
    step: (by) => step(store, text.active, by),
    filter: () => filters.focus(),
    fit: () => atlas.fit(),
    help: about,
    escape: () => {
      if (filters.isTyping) filters.clear();
      else if (store.selection.mention < 0) return false;
      else close(store, atlas);
      return true;
    },
    others: correcting ? {
      y: () => correcting.confirm(),
      x: () => correcting.reject(),
      a: () => correcting.addSelected(),
      u: () => correcting.ledger.undo(),
    } : {},
  });
  preparePrint(atlas, store, places);
  await pause();
  for (const list of [places, unplaced, documents]) list?.draw();
  summary();
  await pause();
  await text.show();
  if (location.hash.length > 1) link.read();
  await atlas.showGround();
  await twoFrames();
  document.documentElement.dataset.page = "ready";
}

/** Select the next mention of the open document, or the one before. */
function step(store: Store, mentions: number[], by: 1 | -1): void {
  if (!mentions.length) return;
  const at = mentions.indexOf(store.selection.mention);
  const next = at < 0 ? (by > 0 ? 0 : mentions.length - 1) : (at + by + mentions.length) % mentions.length;
  store.selectMention(mentions[next], "keys");
}

/** Close the card; the focus goes back to the pin. */
function close(store: Store, atlas: Atlas): void {
  const { place } = store.selection;
  const within = byId("card").contains(document.activeElement) || document.activeElement === document.body;
  store.clear("card");
  if (within && !atlas.overlay.focus(`place-${place}`)) byId("panel").focus({ preventScroll: true });
}

function announce({ model, selection }: Store): void {
  const { place, mention } = selection;
  byId("live").textContent = place >= 0
    ? `${model.places.name[place]}, ${count(model.counts[place], "mention")}`
    : mention >= 0 ? "This mention is not placed" : "";
}

function tabsOf(
  meta: Meta, text: TextView, places: PlaceList, unplaced: UnplacedList, documents: DocumentList | null, correcting: Correcting | null,
): Tab[] {
  const tabs: Tab[] = [];
  if (meta.text !== "none") tabs.push({ name: "text", label: "Text", panel: text.panel });
  tabs.push({ name: "places", label: "Places", panel: places.panel });
  tabs.push({ name: "unplaced", label: "Not placed", panel: unplaced.panel });
  if (documents) tabs.push({ name: "documents", label: `Documents ${grouped(meta.documents.id.length)}`, panel: documents.panel });
  if (correcting) tabs.push({ name: "corrections", label: "Corrections", panel: correcting.view.panel });
  return tabs;
}

initialTheme();
L.Icon.Default.mergeOptions({ iconUrl: markerIcon, iconRetinaUrl: markerIcon, shadowUrl: markerShadow });
// Leaflet would look for a folder of images beside its style sheet.
(L.Icon.Default as unknown as { imagePath: string }).imagePath = "";
window.L = L;
window.mentionmap = { start };
