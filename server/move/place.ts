import type { DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import { DUTY_KIND } from '../duty.ts';

/** Whether an installation lives on these engines, when it is being moved or was. Absent: it does. */
export const placeDocuments: KindSpec[] = [{ kind: 'place', sort: 'state', indexes: [] }];

/** Of one place or another, never copied. */
export const PLACE_BOUND = ['place', DUTY_KIND] as const;

/**
 * `leaving`: it is being copied from here; `arriving`: to here, and is not whole; `left`: it lives elsewhere now. `move` names the move, the same
 * in both places. `restoring`: its database is being made from the object stores.
 */
export type Place = { state: 'leaving' | 'arriving' | 'left'; move: string } | { state: 'restoring' };

/** Nothing may be served or written here. */
export class InstallationMoved extends Error {
  override name = 'InstallationMoved';
}

const WORDS: Record<Place['state'], string> = {
  leaving:
    '正在由此迁出；请重新运行 npx tiezheng move，或以 --give-up 放弃 / it is being moved from here: run npx tiezheng move again, or give it up with --give-up',
  arriving:
    '正在迁入，尚不完整；请重新运行 npx tiezheng move / it is being moved to here and is not whole: run npx tiezheng move again',
  restoring:
    '正在恢复，尚不完整；请重新运行 npx tiezheng restore / its database is being restored and is not whole: run npx tiezheng restore again',
  left: '已迁往别处，不得在此继续；如需迁回请运行 npx tiezheng move / it was moved away and lives elsewhere: to go on here move it back with npx tiezheng move',
};

export async function placeOf(documents: DocumentStore): Promise<Place | undefined> {
  return (await documents.get('place', 'current'))?.body as unknown as Place | undefined;
}

/** Throws InstallationMoved. */
export async function demandHere(documents: DocumentStore): Promise<void> {
  const place = await placeOf(documents);
  if (place) throw new InstallationMoved(WORDS[place.state]);
}

/** Undefined: it lives here. */
export async function setPlace(documents: DocumentStore, place: Place | undefined): Promise<void> {
  await documents.delete('place', ['current']);
  if (!place) return;
  await documents.save([{ kind: 'place', id: 'current', chain: SYSTEM_CHAIN, version: 1, body: { ...place } }]);
}
