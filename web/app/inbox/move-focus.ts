/** The checkboxes of the rows, without the one that stands for all. */
const CHOICES = 'tr[data-row-key] input[type=checkbox], .cards input[type=checkbox]';

/** Moves the focus to the next row's checkbox, or the one before; from elsewhere to the first. */
export function moveFocus(list: HTMLElement, by: 1 | -1): void {
  const choices = [...list.querySelectorAll<HTMLInputElement>(CHOICES)];
  const at = choices.indexOf(document.activeElement as HTMLInputElement);
  const next = at < 0 ? 0 : Math.min(choices.length - 1, Math.max(0, at + by));
  choices[next]?.focus();
}
