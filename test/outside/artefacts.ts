import { filesIn, read } from './scene.ts';
import type { Signed, Stamped } from './twins.ts';

/** What the demo leaves, by what stands in the table: everything that is signed, stamped or proven. */
const bag = (path: string) => `export/bag/${path}`;

export const signatures: Record<string, () => Signed> = {
  'receipt manifest.json.p7s': () => signed('receipt/manifest.json'),
  'receipt sha256.txt.p7s': () => signed('receipt/sha256.txt'),
  'package tagmanifest-sha256.txt.p7s': () => ({
    level: 'T',
    content: read(bag('tagmanifest-sha256.txt')),
    cms: read(bag('signatures/tagmanifest-sha256.txt.p7s')),
  }),
  'package data/manifests/0002.json.p7s': () => signed(bag('data/manifests/0002.json')),
};

export const times: Record<string, () => Stamped> = {
  'receipt manifest.json.tsr': () => stamped('receipt/manifest.json'),
  'receipt checkpoint.tsr': () => stamped('receipt/checkpoint'),
  'package ledger/checkpoint.tsr': () => stamped(bag('ledger/checkpoint')),
  'package tagmanifest-sha256.txt.tsr': () => ({
    content: read(bag('tagmanifest-sha256.txt')),
    reply: read(bag('signatures/tagmanifest-sha256.txt.tsr')),
  }),
  'package data/manifests/0002.json.tsr': () => stamped(bag('data/manifests/0002.json')),
};

const signed = (path: string): Signed => ({ level: 'T', content: read(path), cms: read(`${path}.p7s`) });
const stamped = (path: string): Stamped => ({ content: read(path), reply: read(`${path}.tsr`) });

/** An entry, the proof that the log holds it, and the log's verifier key. */
export interface Proven {
  vkey: string;
  entry: Uint8Array;
  proof: string;
}

const vkey = () => read('trust/log.vkey').toString();

export const proofs: Record<string, () => Proven> = {
  'receipt entry.tlog-proof': () => ({
    vkey: vkey(),
    entry: read('receipt/entry.json'),
    proof: read('receipt/entry.tlog-proof').toString(),
  }),
  'package proofs/*.tlog-proof, the last': () => {
    const name = filesIn(bag('data/entries'), '.json').at(-1)?.replace('.json', '');
    return {
      vkey: vkey(),
      entry: read(bag(`data/entries/${name}.json`)),
      proof: read(bag(`proofs/${name}.tlog-proof`)).toString(),
    };
  },
};

export interface Checkpointed {
  vkey: string;
  checkpoint: string;
}

export const checkpoints: Record<string, () => Checkpointed> = {
  'receipt checkpoint': () => ({ vkey: vkey(), checkpoint: read('receipt/checkpoint').toString() }),
  'package ledger/checkpoint': () => ({ vkey: vkey(), checkpoint: read(bag('ledger/checkpoint')).toString() }),
  'log checkpoint': () => ({ vkey: vkey(), checkpoint: read('log/checkpoint').toString() }),
};
