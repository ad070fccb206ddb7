import { FILES_LIMIT } from '../../signing/tree.ts';
import type { FoundFile } from './file-tree.ts';

/** The files of an `<input type=file>`; those of a folder carry their path in it. */
export const chosenFiles = (list: ArrayLike<File> | null): FoundFile[] =>
  Array.from(list ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }));

/** The files of what was dropped, folders walked through. Must be called within the event, before anything is awaited. */
export async function droppedFiles(data: DataTransfer): Promise<FoundFile[]> {
  const dropped = Array.from(data.items, (item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found: FoundFile[] = [];
  for (const one of dropped) {
    if (one instanceof File) found.push({ path: one.name, file: one });
    else if (one) await walk(one, '', found);
  }
  return found;
}

async function walk(entry: FileSystemEntry, prefix: string, found: FoundFile[]): Promise<void> {
  if (found.length > FILES_LIMIT) throw new Error(`more than ${FILES_LIMIT} files`);
  const path = prefix + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a hundred entries at a time, then none.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const child of batch) await walk(child, `${path}/`, found);
  }
}
