import { agencyName } from '../access/agency-name.ts';
import { departmentKind } from '../access/department.ts';
import type { Deps } from '../deps.ts';
import { namesOf } from '../ledger/find-views.ts';
import type { Published } from '../log/publisher.ts';
import { coverPaper } from '../paper/cover-paper.ts';
import { signedPaper } from '../paper/signed-paper.ts';
import type { Dossier } from './dossier.ts';
import type { Placed } from './metadata.ts';

/** cover.pdf of a package; `payload` is the SHA-256 of its payload manifest. */
export async function coverOf(
  deps: Deps,
  { chain, case: file, entries }: Dossier,
  records: readonly Placed[],
  { payload, log: { origin, size } }: { payload: string; log: Published },
): Promise<Buffer> {
  const { departmentId } = file.state;
  const names = await namesOf(deps, departmentKind, chain, [departmentId]);
  const zone = deps.config.ZONE;
  const draft = coverPaper({
    ...{ case: file.state, records, payload, origin, size, zone },
    agency: { id: chain, name: await agencyName(deps, chain) },
    department: names.get(departmentId) ?? departmentId,
    entries: entries.length,
  });
  const { signer, timestamper, now } = deps;
  return await signedPaper({ signer, timestamper, now, zone }, draft);
}
