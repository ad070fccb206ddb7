import { useSyncExternalStore } from 'react';
import { uploadQueue } from './queue.ts';

/** The files on their way, as they stand. */
export const useUploads = () => useSyncExternalStore(uploadQueue.subscribe, uploadQueue.items);
