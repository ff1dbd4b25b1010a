/** Tabs over the panels of the left side. */

import { element } from "./dom";

export interface Tab {
  name: string;
  label: string;
  panel: HTMLElement;
}

export class Tabs {
  readonly bar = element("div", { role: "tablist", "aria-label": "Views" });
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly rooms = new Map<string, HTMLElement>();
  current = "";

  constructor(tabs: Tab[]) {
    for (const { name, label, panel } of tabs) {
      const tab = element("button", {
        type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `room-${name}`, onclick: () => this.show(name),
      }, label);
      const room = element("div", {
        role: "tabpanel", id: `room-${name}`, "aria-labelledby": `tab-${name}`, tabindex: 0,
      }, panel);
      this.buttons.set(name, tab);
      this.rooms.set(name, room);
      this.bar.append(tab);
    }
    this.bar.addEventListener("keydown", (event) => this.onKey(event));
    this.show(tabs[0].name);
  }

  get panels(): HTMLElement[] {
    return [...this.rooms.values()];
  }

  show(name: string): void {
    if (!this.buttons.has(name)) return;
    this.current = name;
    for (const [other, tab] of this.buttons) {
      const selected = other === name;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      if (selected) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
      (this.rooms.get(other) as HTMLElement).hidden = !selected;
    }
  }

  label(name: string, words: string): void {
    const tab = this.buttons.get(name);
    if (tab) tab.textContent = words;
  }

  /** Show a tab or take it away. */
  offer(name: string, isOffered: boolean): void {
    const tab = this.buttons.get(name);
    if (!tab) return;
    tab.hidden = !isOffered;
    if (!isOffered && this.current === name) this.show([...this.buttons.keys()][0]);
  }

  private onKey(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const names = [...this.buttons].filter(([, tab]) => !tab.hidden).map(([name]) => name);
    this.show(names[(names.indexOf(this.current) + step + names.length) % names.length]);
    this.buttons.get(this.current)?.focus();
  }
}
