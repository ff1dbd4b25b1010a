/** Keys that work anywhere on the page. */

export interface Actions {
  step: (by: 1 | -1) => void;
  filter: () => void;
  fit: () => void;
  help: () => void;
  escape: () => boolean;
  /** What a page offers on which one can correct. */
  others?: Record<string, () => void>;
}

export function listen(actions: Actions): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (actions.escape()) event.preventDefault();
      return;
    }
    const target = event.target;
    if (target instanceof HTMLElement && target.matches("input:not([type=checkbox]):not([type=range]), textarea, select")) return;
    const action = {
      n: () => actions.step(1),
      p: () => actions.step(-1),
      "/": actions.filter,
      "0": actions.fit,
      "?": actions.help,
      ...actions.others,
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
