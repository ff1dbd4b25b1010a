/** The list of places with counts: what the map shows, and what is only listed. */

import { button, element, grouped, hiddenText, isolated } from "./dom";
import { HOLLOW, Model, SOLID } from "./model";
import { Store } from "./store";

const ROWS = 200;
const MORE_ROWS = 500;

export class PlaceList {
  readonly panel = element("div", { class: "places" });
  private readonly list = element("ol");
  private readonly more = button("", () => this.showMore(), { class: "more" });
  private readonly empty = element("p", { class: "empty", hidden: true }, "No place matches these filters.");
  private limit = ROWS;
  order: number[] = [];

  constructor(private readonly store: Store) {
    this.panel.append(this.list, this.more, this.empty);
    this.list.addEventListener("click", (event) => this.choose(event.target));
    this.list.addEventListener("keydown", (event) => moveFocus(event, this.list));
    store.on("filter", () => {
      this.limit = ROWS;
      this.draw();
    });
    store.on("selection", (origin) => this.paint(origin !== "list"));
  }

  draw(): void {
    const { model } = this.store;
    const { counts, places } = model;
    this.order = [];
    for (let i = 0; i < model.placeCount; i++) if (counts[i]) this.order.push(i);
    this.order.sort((a, b) => counts[b] - counts[a] || (places.name[a] < places.name[b] ? -1 : 1));
    const most = counts[this.order[0]] || 1;
    this.list.replaceChildren(...this.order.slice(0, this.limit).map((place) => row(model, place, most)));
    const left = this.order.length - this.limit;
    this.more.hidden = left <= 0;
    this.more.textContent = `Show more (${grouped(left)} left)`;
    this.empty.hidden = this.order.length > 0;
    this.paint(false);
  }

  /** List all, as on paper, where nothing can be unfolded. */
  showAll(): void {
    this.limit = Infinity;
    this.draw();
  }

  private showMore(): void {
    this.limit += MORE_ROWS;
    this.draw();
  }

  private paint(scroll: boolean): void {
    const selected = String(this.store.selection.place);
    for (const node of this.list.querySelectorAll<HTMLElement>(".row")) {
      const current = node.dataset.place === selected;
      node.toggleAttribute("aria-current", false);
      if (!current) continue;
      node.setAttribute("aria-current", "true");
      if (scroll && !this.panel.closest("[hidden]")) node.scrollIntoView({ block: "nearest" });
    }
  }

  private choose(target: EventTarget | null): void {
    const chosen = target instanceof Element ? target.closest<HTMLElement>(".row") : null;
    if (chosen) this.store.selectPlace(Number(chosen.dataset.place), "list");
  }
}

function row(model: Model, place: number, most: number): HTMLElement {
  const { counts, best, approximate, places } = model;
  const classes = ["dot"];
  if (model.isArea(place)) classes.push("of-area");
  if (best[place] < SOLID) classes.push("hollow");
  if (best[place] < HOLLOW) classes.push("doubtful");
  if (approximate[place]) classes.push("approximate");
  const dot = element("span", { class: classes.join(" "), "aria-hidden": "true" });
  const size = Math.round(8 + 11 * Math.sqrt(counts[place] / most));
  dot.style.width = dot.style.height = `${size}px`;
  const words = [model.words(place), best[place] < HOLLOW ? "only listed: doubtful" : ""].filter(Boolean).join(" · ");
  const made = element(
    "button",
    { type: "button", class: "row" },
    element("span", { class: "dot-room" }, dot),
    element("span", { class: "what" }, isolated(places.name[place], { class: "title" }), element("small", { dir: "auto" }, words)),
    element("span", { class: "amount" }, grouped(counts[place]), hiddenText(counts[place] === 1 ? " mention" : " mentions")),
  );
  made.dataset.place = String(place);
  return element("li", {}, made);
}

/** Up and down among the buttons of a list. */
export function moveFocus(event: KeyboardEvent, list: HTMLElement): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const rows = [...list.querySelectorAll<HTMLElement>(".row")];
  const next = rows[rows.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
