/** An upload that was begun from this browser, so that the same file picked again goes on with it. Nothing secret is in it. */
export interface Kept {
  url: string;
  name: string;
  size: number;
  /** When the file was last changed, milliseconds since the epoch. */
  modified: number;
  sha256: string;
  personId: string;
}

const NAME = 'uploads';
/** The oldest are forgotten. */
const MOST = 200;

function keptUploads(personId: string): Kept[] {
  return all().filter((one) => one.personId === personId);
}

export function keepUpload(kept: Kept): void {
  write([...all().filter(({ url }) => url !== kept.url), kept].slice(-MOST));
}

export function forgetUpload(url: string): void {
  write(all().filter((one) => one.url !== url));
}

/** The upload of this very file, as far as name, size and time tell; its digest says for certain. */
export function keptFor(file: File, personId: string): Kept | undefined {
  const { name, size, lastModified } = file;
  return keptUploads(personId).findLast(
    (one) => one.name === name && one.size === size && one.modified === lastModified,
  );
}

function all(): Kept[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(NAME) ?? '[]');
    return Array.isArray(read) ? (read as Kept[]) : [];
  } catch {
    return [];
  }
}

function write(kept: Kept[]): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // A full or forbidden storage only costs going on after the page was closed.
  }
}
