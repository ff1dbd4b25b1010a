/** The page's address: what is selected and filtered, behind the `#`. */

import { NO_FILTER } from "./model";
import { Store } from "./store";

export class Link {
  private written = "";

  constructor(private readonly store: Store) {
    for (const topic of ["selection", "filter", "document"] as const) store.on(topic, () => this.write());
    addEventListener("hashchange", () => location.hash !== this.written && this.read());
  }

  /** Select and filter what the address says; true if it selects something. */
  read(): boolean {
    const { store } = this;
    const { model } = store;
    const said = new URLSearchParams(location.hash.slice(1));
    const confidence = Math.round(Number(said.get("confidence") ?? 0) * 1000);
    const document = Number(said.get("document") ?? 0) - 1;
    const known = document >= 0 && document < model.documentCount;
    if (known) store.open(document, "link");
    store.change({
      query: said.get("filter") ?? "",
      confidence: confidence >= 0 && confidence <= 1000 ? confidence : 0,
      demonyms: said.has("demonyms"),
      organizations: said.get("organizations") !== "off",
      document: said.has("only") && known ? document : -1,
      kind: said.get("kind") ?? "",
      country: said.get("country") ?? "",
      from: said.get("from") ?? "",
      to: said.get("to") ?? "",
    }, "link");
    const mention = Number(said.get("mention") ?? 0) - 1;
    if (mention >= 0 && mention < model.mentionCount) {
      store.selectMention(mention, "link");
      return true;
    }
    const place = model.places.id.indexOf(said.get("place") ?? "\0");
    if (place < 0) return false;
    store.selectPlace(place, "link");
    return true;
  }

  /** Mentions and documents are numbered from 1, as readers do. */
  private write(): void {
    const { filter, selection, document, model } = this.store;
    const said = new URLSearchParams();
    if (selection.mention >= 0) said.set("mention", String(selection.mention + 1));
    else if (selection.place >= 0) said.set("place", model.places.id[selection.place]);
    if (model.documentCount > 1 && (document > 0 || filter.document >= 0)) said.set("document", String(document + 1));
    if (filter.document >= 0) said.set("only", "");
    if (filter.query) said.set("filter", filter.query);
    if (filter.confidence) said.set("confidence", String(filter.confidence / 1000));
    if (filter.demonyms) said.set("demonyms", "");
    if (filter.organizations !== NO_FILTER.organizations) said.set("organizations", "off");
    for (const name of ["kind", "country", "from", "to"] as const) if (filter[name]) said.set(name, filter[name]);
    const words = said.toString().replace(/=(?=&|$)/g, "");
    this.written = words ? `#${words}` : "";
    try {
      history.replaceState(null, "", this.written || location.pathname + location.search);
    } catch {
      // A page in a sandboxed frame has no history of its own.
    }
  }
}
