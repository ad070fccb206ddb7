/** Why an installation cannot be moved, or not yet; nothing of the source has changed. */
export class MoveRefused extends Error {
  override name = 'MoveRefused';
}
