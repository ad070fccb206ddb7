import { droppedFiles } from '../../verify/dropped.ts';
import type { Handle } from './handles.ts';
import type { Chosen } from './queue.ts';

interface WithHandle {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** The files of what was dropped, those of folders too; with the handles that the browser gives. Called within the event. */
export async function dropped(data: DataTransfer): Promise<Chosen[]> {
  const asked = Array.from(data.items, (item) => (item as WithHandle).getAsFileSystemHandle?.());
  const found = await droppedFiles(data);
  const handles = await Promise.all(asked.map((handle) => handle?.catch(() => null)));
  return found.map(({ path, file }) => {
    // A handle of a folder is none of a file in it.
    const handle = handles.find((one) => one?.kind === 'file' && one.name === path);
    return { file, ...(handle && { handle: handle as Handle }) };
  });
}
