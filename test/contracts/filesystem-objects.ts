import { join } from 'node:path';
import { FilesystemEvidenceStore, FilesystemWorkStore } from '../../storage/objects/filesystem.ts';
import { FilesystemUploadStore } from '../../storage/objects/filesystem-uploads.ts';
import { folders } from './engine.ts';
import type { ObjectEngine } from './object-store.ts';

export const engine: ObjectEngine = {
  ...folders,
  async open(place) {
    const [evidence, work] = [
      new FilesystemEvidenceStore(join(place, 'evidence')),
      new FilesystemWorkStore(join(place, 'work')),
    ];
    await evidence.prepare();
    await work.prepare();
    return {
      store: { evidence, work, uploads: new FilesystemUploadStore(join(place, 'work')) },
      close: async () => {},
    };
  },
};
