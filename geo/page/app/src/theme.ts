/** Light or dark: the reader's setting, until the button says otherwise. */

import { button } from "./dom";
import { Store } from "./store";

const dark = matchMedia("(prefers-color-scheme: dark)");

export function themeButton(store: Store): HTMLElement {
  const root = document.documentElement;
  // A page that was made dark or light stays so.
  let chosen = "fixed" in root.dataset;
  const apply = (theme: string): void => {
    root.dataset.theme = theme;
    made.textContent = opposite();
    store.emit("theme", "keys");
  };
  const opposite = (): string => (root.dataset.theme === "dark" ? "Light" : "Dark");
  const made = button(opposite(), () => {
    chosen = true;
    apply(root.dataset.theme === "dark" ? "light" : "dark");
  });
  dark.addEventListener("change", () => !chosen && apply(dark.matches ? "dark" : "light"));
  return made;
}

/** Set the theme before anything is drawn. */
export function initialTheme(): void {
  const { dataset } = document.documentElement;
  if (!("fixed" in dataset)) dataset.theme = dark.matches ? "dark" : "light";
}
