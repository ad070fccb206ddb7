import { ASIC_MEDIA_TYPE, asicManifest, asicPaths } from '../../signing/asic.ts';
import { timestampable, withTimestamp } from '../../signing/cms.ts';
import type { Deps } from '../deps.ts';
import type { Signer } from '../seal/signer.ts';
import type { PackageZip } from './package-zip.ts';

/** What makes an ASiC-E container (ETSI EN 319 162-1) of a bag: `mimetype` before it, the signed list of all its files after it. */

export function beginContainer(zip: PackageZip): void {
  zip.addBytes(asicPaths.mimetype, Buffer.from(ASIC_MEDIA_TYPE));
}

/** Signs the list of what was packed, by the signer of the bag in it; CAdES-T when an authority gives the time, else CAdES-B. */
export async function endContainer(deps: Deps, signer: Signer, zip: PackageZip): Promise<void> {
  const listed = zip.packed.filter(({ path }) => path !== asicPaths.mimetype);
  const manifest = Buffer.from(asicManifest(listed));
  zip.addBytes(asicPaths.manifest, manifest);
  const signature = await signer.sign(manifest);
  const stamp = await deps.timestamper.stamp(timestampable(signature));
  zip.addBytes(asicPaths.signature, stamp ? withTimestamp(signature, stamp.token) : signature);
  if (deps.signer.certificatePem !== signer.certificatePem) throw new Error('the certificates changed meanwhile');
}
