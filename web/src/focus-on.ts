/** Moves the keyboard's focus to an element by its id, once the page shows it. */
export function focusOn(id: string): void {
  setTimeout(() => document.getElementById(id)?.focus());
}
