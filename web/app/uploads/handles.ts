/**
 * Handles of files that were dropped, by the address of their upload, where the browser has such handles: going on needs no picking then,
 * only the person's leave. They stay in this browser.
 */
export type Handle = FileSystemFileHandle & {
  queryPermission?(wanted: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(wanted: { mode: 'read' }): Promise<PermissionState>;
};

const STORE = 'handles';

export const keepHandle = (url: string, handle: Handle) => inStore('readwrite', (store) => store.put(handle, url));
export const dropHandle = (url: string) => inStore('readwrite', (store) => store.delete(url));
export const handleOf = (url: string) => inStore('readonly', (store) => store.get(url)) as Promise<Handle | undefined>;

/** The file behind a handle, once the person allows it; undefined when they do not, or it is gone. */
export async function fileOf(handle: Handle): Promise<File | undefined> {
  try {
    const allowed = (await handle.requestPermission?.({ mode: 'read' })) ?? 'granted';
    return allowed === 'granted' ? await handle.getFile() : undefined;
  } catch {
    return undefined;
  }
}

/** Where a browser has no such store, there is nothing in it. */
async function inStore(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  try {
    const opening = indexedDB.open('uploads', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    const database = (await settled(opening)) as IDBDatabase;
    try {
      return await settled(act(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

const settled = (request: IDBRequest) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
