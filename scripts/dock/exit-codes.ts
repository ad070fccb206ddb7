/** Exit codes of `npx tiezheng dock`; docs/dock.md. `attention`: files that could not be read, or were quarantined. */
export const DOCK_EXIT = {
  done: 0,
  attention: 1,
  usage: 2,
  missing: 66,
  away: 69,
  state: 74,
  inUse: 75,
  refused: 77,
} as const;
