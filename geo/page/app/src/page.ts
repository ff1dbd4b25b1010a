/** The page: `mentionmap.start` is called by the folium map that `geo/page/page.py` makes. */

import L from "leaflet";
import markerIcon from "leaflet/dist/images/marker-icon.png";
import markerShadow from "leaflet/dist/images/marker-shadow.png";

import "./page.css";
import { aboutDialog } from "./about";
import { Atlas } from "./atlas";
import { unpackJson } from "./blocks";
import { Card } from "./card";
import { Correcting } from "./correcting";
import { DocumentList } from "./documents";
import { button, byId, count, isNarrow, prefersStill, twoFrames } from "./dom";
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

async function fill(map: L.Map): Promise<void> {
  const meta = await unpackJson<Meta>("geo-page");
  const model = new Model(meta);
  const store = new Store(model, new Texts(meta));
  model.apply(store.filter);
  const card = byId("card");
  const link = new Link(store);
  const cardView = new Card(card, store);
  const text = new TextView(store);
  const places = new PlaceList(store);
  const unplaced = new UnplacedList(store);
  const correcting = meta.correctable ? new Correcting(store, text, map) : null;
  await correcting?.start();
  const tabs = new Tabs(panels(store, text, places, unplaced, correcting));
  const layers = new Layers();
  const filters = new Filters(store, layers.countryNames);
  const panel = byId("panel");
  panel.replaceChildren(filters.bar, tabs.bar, ...tabs.panels);
  text.reveal = () => {
    if (tabs.current !== "places" || isNarrow()) tabs.show("text");
  };
  const atlas = new Atlas(map, store, card, layers);
  addFit(map, () => atlas.fit());
  addLegend(map, model);
  addTiles(map, atlas);

  const about = aboutDialog(model, atlas.attribution, () => help.focus());
  addCredits(map, model, () => about.showModal());
  const help = button("?", () => about.showModal(), { "aria-label": "Help and sources", title: "Help and sources" });
  document.body.append(about);
  if (correcting) {
    cardView.tools = correcting.desk;
    byId("actions").append(correcting.view.reminder);
  }
  byId("actions").append(downloads(store), button("Print", () => print(), { class: "print" }), themeButton(store), help);
  if (embedded()) byId("actions").prepend(embedButton(map));

  const summary = (): void => {
    const amount = places.order.length;
    const words = [count(amount, "place"), count(model.total, "mention")];
    if (model.documentCount > 1) words.push(count(model.documentsWithin(store.filter), "document"));
    byId("summary").textContent = words.join(" · ");
    tabs.label("places", `Places ${amount.toLocaleString("en")}`);
    tabs.label("unplaced", `Not placed ${unplaced.amount.toLocaleString("en")}`);
    tabs.offer("unplaced", unplaced.amount > 0);
    const said = correcting?.ledger.own.length ?? 0;
    tabs.label("corrections", said ? `Corrections ${said.toLocaleString("en")}` : "Corrections");
  };
  store.on("filter", (origin) => {
    // Who types words looks for places, if not already at another list.
    if (origin === "list" && store.filter.query && tabs.current === "text") tabs.show("places");
    summary();
  });
  store.on("selection", () => {
    const { place, mention } = store.selection;
    byId("live").textContent = place >= 0
      ? `${model.places.name[place]}, ${count(model.counts[place], "mention")}`
      : mention >= 0 ? "This mention is not placed" : "";
  });
  summary();

  const close = (): void => {
    const { place } = store.selection;
    const within = card.contains(document.activeElement) || document.activeElement === document.body;
    store.clear("card");
    if (within && !atlas.overlay.focus(`place-${place}`)) panel.focus({ preventScroll: true });
  };
  cardView.onClose = close;
  cardView.onAlternative = (other) => atlas.move([other.latitude, other.longitude], Math.max(map.getZoom(), 6));
  listen({
    step: (by) => {
      const active = text.active;
      if (!active.length) return;
      const at = active.indexOf(store.selection.mention);
      const next = at < 0 ? (by > 0 ? 0 : active.length - 1) : (at + by + active.length) % active.length;
      store.selectMention(active[next], "keys");
    },
    filter: () => filters.focus(),
    fit: () => atlas.fit(),
    help: () => about.showModal(),
    escape: () => {
      if (filters.isTyping) filters.clear();
      else if (store.selection.mention < 0) return false;
      else close();
      return true;
    },
    others: correcting ? {
      y: () => correcting.confirm(),
      x: () => correcting.reject(),
      a: () => correcting.addSelected(),
      u: () => correcting.ledger.undo(),
    } : {},
  });
  preparePrint(atlas, store);
  await text.show();
  const linked = atlas.start();
  if (location.hash.length > 1) link.read();
  await linked;
  await twoFrames();
  document.documentElement.dataset.page = "ready";
}

function panels(store: Store, text: TextView, places: PlaceList, unplaced: UnplacedList, correcting: Correcting | null): Tab[] {
  const { model } = store;
  const tabs: Tab[] = [];
  if (model.meta.text !== "none") tabs.push({ name: "text", label: "Text", panel: text.panel });
  tabs.push({ name: "places", label: "Places", panel: places.panel });
  tabs.push({ name: "unplaced", label: "Not placed", panel: unplaced.panel });
  if (model.documentCount > 1) {
    const documents = new DocumentList(store);
    documents.onOpen = () => byId("tab-text")?.click();
    tabs.push({ name: "documents", label: `Documents ${model.documentCount.toLocaleString("en")}`, panel: documents.panel });
  }
  if (correcting) tabs.push({ name: "corrections", label: "Corrections", panel: correcting.view.panel });
  return tabs;
}

initialTheme();
L.Icon.Default.mergeOptions({ iconUrl: markerIcon, iconRetinaUrl: markerIcon, shadowUrl: markerShadow });
// Leaflet would look for a folder of images beside its style sheet.
(L.Icon.Default as unknown as { imagePath: string }).imagePath = "";
window.L = L;
window.mentionmap = { start };
