/** DOM nodes. Text from outside becomes text nodes and attribute values, never markup. */

type Value = string | number | boolean | null | undefined | ((event: never) => void);

/** Make an element; `on…` functions become listeners, false and null attributes are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** Text that stands in a direction of its own, whatever surrounds it. */
export function isolated(text: string, attributes: Record<string, Value> = {}): HTMLElement {
  return element("bdi", attributes, text);
}

export function hiddenText(text: string): HTMLElement {
  return element("span", { class: "hidden-text" }, text);
}

export function button(
  label: string,
  action: (event: MouseEvent) => void,
  attributes: Record<string, Value> = {},
): HTMLButtonElement {
  return element("button", { type: "button", ...attributes, onclick: action }, label);
}

/** A whole number, 12,345; the browser's own formatting takes longer than drawing the row. */
export const grouped = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, ",");

export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(amount)} ${amount === 1 ? singular : plural}`;
}

/** A value of the style sheet, as `--land`. */
export function styleValue(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export const prefersStill = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const isNarrow = (): boolean => matchMedia("(max-width: 760px)").matches;

export const twoFrames = (): Promise<void> =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));

/** Let the browser answer its reader, and draw, before more is done. */
export function pause(): Promise<void> {
  const { scheduler } = window as unknown as { scheduler?: { postTask(task: () => void, options: object): Promise<void> } };
  if (scheduler) return scheduler.postTask(() => {}, { priority: "background" });
  return new Promise((done) => setTimeout(done));
}
