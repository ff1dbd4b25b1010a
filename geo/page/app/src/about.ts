/** The dialog behind `?`: keys, what the signs mean, and where everything comes from. */

import { count, element, grouped } from "./dom";
import { Model } from "./model";
import { Meta } from "./payload";

const KEYS: [string, string][] = [
  ["n / p", "next and previous mention in the text"],
  ["/", "filter the places"],
  ["0", "show the whole map again"],
  ["← ↑ ↓ →", "move within text, lists and map"],
  ["Enter", "open what has the focus"],
  ["Esc", "close the card or this help"],
  ["?", "this help"],
];

const CORRECTING_KEYS: [string, string][] = [
  ["y / x", "the selected mention is right; it is not a place"],
  ["a", "add the words selected in the text as a place"],
  ["u", "undo the last correction"],
];

/** Documents that are listed. */
const MOST = 1000;

const CORRECTING = "Select a mention to correct it: another place, a point of your own, not a place. Select words in the text to add what was missed. "
  + "The browser keeps what you say; the tab Corrections saves it as a file that the next run obeys.";
const NOT_CORRECTING = "Mentions cannot be corrected on this page: it does not hold the documents as they were read.";

const TEXT_WORDS = {
  full: "The full text of the documents is in this file.",
  snippets: "Of the documents' text, only the sentences that name a place are in this file.",
  none: "None of the documents' text is in this file.",
};

function hiddenWords({ hidden }: Meta): string[] {
  const said: string[] = [];
  if (hidden.words) said.push("Some words are blacked out; they are not in this file.");
  if (hidden.round_km) said.push(`Coordinates are rounded to cells ${hidden.round_km} km wide; the exact ones are not in this file.`);
  return said;
}

function list(rows: [string, string][], first: "kbd" | "span"): HTMLElement {
  return element("dl", {}, ...rows.flatMap(([a, b]) => [element("dt", { dir: "auto" }, element(first, {}, a)), element("dd", { dir: "auto" }, b)]));
}

/** The documents by what tells one from another: a digest of the text, or the source's own id. */
function documents(model: Model): HTMLElement {
  const { source, id } = model.meta.documents;
  const made = element("details", {}, element("summary", {}, count(id.length, "document")));
  made.addEventListener("toggle", () => {
    const rows = id.slice(0, MOST).map((one, number): [string, string] => [source[number] || model.documentTitle(number), one]);
    const more = id.length > MOST ? [element("p", {}, `And ${grouped(id.length - MOST)} more.`)] : [];
    made.append(list(rows, "span"), ...more);
  }, { once: true });
  return made;
}

/** Show the dialog; it is made when it is first asked for. */
export function showAbout(model: Model, attribution: string, closed: () => void): void {
  let dialog = document.querySelector<HTMLDialogElement>("dialog.about");
  if (!dialog) {
    dialog = aboutDialog(model, attribution);
    dialog.addEventListener("close", closed);
    document.body.append(dialog);
  }
  dialog.showModal();
}

function aboutDialog(model: Model, attribution: string): HTMLDialogElement {
  const { meta } = model;
  const generator = document.querySelector<HTMLMetaElement>("meta[name=generator]")?.content ?? "";
  const online = document.getElementById("geo-tiles") !== null;
  const facts: [string, string][] = [
    ["Made by", generator],
    ...Object.entries(meta.provenance),
    ...(meta.sources.length ? ([["Places", meta.sources.join(", ")]] as [string, string][]) : []),
  ];
  const dialog = element(
    "dialog",
    { class: "about", "aria-labelledby": "about-title" },
    element("form", { method: "dialog" }, element("button", { class: "close", "aria-label": "Close" }, "×")),
    element("h2", { id: "about-title" }, "About this map"),
    element("p", {}, `This page is one file. It loads nothing and sends nothing${online ? " until you turn the online map on" : ""}; it works without a network.`),
    element("p", {}, "A filled pin is right in at least eight of ten cases, a hollow one in at least five. What is less sure is only listed. A dashed pin stands near what the text says, not on it. Countries and regions are names on the map, not pins."),
    element("p", {}, meta.correctable ? CORRECTING : NOT_CORRECTING),
    element("h3", {}, "Keys"),
    list(meta.correctable ? [...KEYS.slice(0, -1), ...CORRECTING_KEYS, ...KEYS.slice(-1)] : KEYS, "kbd"),
    element("h3", {}, "Sources"),
    element("p", {}, attribution),
    element("p", {}, [TEXT_WORDS[meta.text], ...hiddenWords(meta)].join(" ")),
    list(facts, "span"),
    documents(model),
    element("p", { class: "fine" }, "Drawn with Leaflet (BSD-2-Clause, Volodymyr Agafonkin), supercluster, kdbush and geojson-vt (ISC, Mapbox)."),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}
