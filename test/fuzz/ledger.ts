import { generateKeyPairSync } from 'node:crypto';
import { formatAddCheckpoint, parseAddCheckpoint } from '../../signing/add-checkpoint.ts';
import { LogAudit, readAuditState } from '../../signing/audit.ts';
import { manifestText, readBagInfo, readManifest } from '../../signing/bag.ts';
import { canonicalBytes, parseCanonical } from '../../signing/canonical.ts';
import { decodeEntry, encodeEntry, leafHash } from '../../signing/chain.ts';
import { signCheckpoint, verifyCheckpoint } from '../../signing/checkpoint.ts';
import { cosign, openWitnessKey, readCosignatures } from '../../signing/cosignature.ts';
import { decodeManifest, encodeManifest } from '../../signing/manifest.ts';
import { rootOf } from '../../signing/merkle.ts';
import { encodeBundle, readBundle } from '../../signing/tiles.ts';
import { verifyTlogProof } from '../../signing/tlog-proof.ts';
import { textOf as text } from '../../signing/tree.ts';
import { agency, entries, logKey, proofOf, records, vkey } from '../unit/signing/sample.ts';
import { exact, free, signed, type Target } from './target.ts';

/** The ledger, its log, and the texts of packages. */
const hashes = entries.map(({ bytes }) => leafHash(bytes));
const checkpoint = signCheckpoint(logKey, agency, hashes.length, rootOf(hashes));
const witness = openWitnessKey(
  'witness.example',
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
);
const cosigned = checkpoint + cosign(witness, checkpoint, new Date('2026-11-22T09:00:00Z'));
const proofs = [proofOf(hashes, 2, checkpoint), proofOf(hashes, 2, cosigned), proofOf(hashes, 3, checkpoint)];
const request = { old: 3, proof: hashes.slice(0, 3), note: checkpoint };
const audited = new LogAudit(`log.example/${agency}`);
for (const { bytes } of entries) audited.take(bytes);
const state = JSON.stringify(audited.state());
const listed = records.map(({ file, manifest }) => ({ path: file, sha256: manifest.object.sha256 }));
const someEntries = entries.map(({ bytes }) => bytes);

export const ledgerTargets = (): Target[] => [
  signed({
    ...{ name: 'checkpoint', kind: 'text', samples: [checkpoint, cosigned].map((note) => Buffer.from(note)) },
    read: (note) => verifyCheckpoint(text(note), vkey()),
  }),
  signed({
    ...{ name: 'cosignatures', kind: 'text', samples: [checkpoint, cosigned].map((note) => Buffer.from(note)) },
    read: (note) => {
      verifyCheckpoint(text(note), vkey());
      return readCosignatures(text(note), vkey(), [witness.verifier]).cosignatures;
    },
  }),
  signed({
    ...{ name: 'tlog-proof', kind: 'text', samples: proofs.slice(0, 2) },
    read: (proof) => {
      const { index, checkpoint } = verifyTlogProof(text(proof), entries[2]!.bytes, vkey());
      return { index, checkpoint };
    },
  }),
  signed({
    ...{ name: 'entry under a proof', kind: 'text', samples: [entries[2]!.bytes] },
    read: (entry) => {
      verifyTlogProof(text(proofs[0]!), entry, vkey());
      return entry;
    },
  }),
  exact({
    ...{ name: 'add-checkpoint', kind: 'text', samples: [Buffer.from(formatAddCheckpoint(request))] },
    read: (body) => parseAddCheckpoint(text(body)),
    write: formatAddCheckpoint,
  }),
  exact({
    ...{ name: 'bundle', kind: 'bytes', samples: [encodeBundle(someEntries), encodeBundle(someEntries.toReversed())] },
    read: (bundle) => readBundle(bundle, someEntries.length),
    write: encodeBundle,
  }),
  exact({
    ...{ name: 'entry', kind: 'text', samples: someEntries, read: decodeEntry, write: encodeEntry },
  }),
  exact({
    ...{ name: 'manifest', kind: 'text', samples: records.map(({ manifestBytes }) => manifestBytes) },
    ...{ read: decodeManifest, write: encodeManifest },
  }),
  exact({
    ...{ name: 'canonical JSON', kind: 'text', samples: someEntries },
    ...{ read: parseCanonical, write: canonicalBytes },
  }),
  exact({
    ...{ name: 'digest list', kind: 'text', samples: [Buffer.from(manifestText(listed))] },
    read: (list) => readManifest(text(list)),
    write: (list: Map<string, string>) => [...list].map(([path, sha256]) => `${sha256}  ${path}\n`).join(''),
  }),
  free({
    name: 'bag-info',
    kind: 'text',
    samples: [Buffer.from('Payload-Oxum: 1.1\n  x\n')],
    read: (info) => readBagInfo(text(info)),
  }),
  free({
    name: 'audit state',
    kind: 'text',
    samples: [Buffer.from(state)],
    read: (json) => readAuditState(text(json)),
  }),
];
