/** An object that is missing, damaged, or not what the log says: what rests on it cannot be restored. */
export class ObjectUnusable extends Error {
  readonly key: string;

  constructor(key: string, reason: string) {
    super(reason);
    this.name = 'ObjectUnusable';
    this.key = key;
  }
}
