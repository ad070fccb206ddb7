import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe } from 'mocha';
import { verify } from '../../scripts/verify.ts';
import { createSm2Key, signSm2 } from '../../signing/sm2.ts';
import { DISTID, sm2Identity } from '../unit/signing/sm2-pki.ts';
import { claim, judge, type Twins } from './claims.ts';
import { ask, type Verdict } from './driver.ts';
import { drivers } from './places.ts';
import { run } from './run.ts';
import { emptyFolder, file, twin } from './scene.ts';
import { makeSm2Scene, type Sm2Scene } from './sm2-scene.ts';
import { flipped, random } from './twins.ts';

let scene: Sm2Scene;

/** A file, its SM2 signature (DER), and the certificate and root that it is asked about under (PEM). */
interface Signed {
  content: Uint8Array;
  signature: Uint8Array;
  certificate: Uint8Array;
  root: Uint8Array;
}

const signed = (path: string, signature = `${path}.sm2`, folder: 'receipt' | 'bag' = 'bag') => {
  return (): Signed => ({
    content: readFileSync(join(scene[folder], path)),
    signature: readFileSync(join(scene[folder], signature)),
    certificate: readFileSync(join(scene[folder], 'certs/sm2.pem')),
    root: readFileSync(scene.root),
  });
};

const artefacts = {
  'receipt manifest.json.sm2': signed('manifest.json', undefined, 'receipt'),
  'package data/manifests/0001.json.sm2': signed('data/manifests/0001.json'),
  'package tagmanifest-sha256.txt.sm2': signed('tagmanifest-sha256.txt', 'signatures/tagmanifest-sha256.txt.sm2'),
};

const twins: Twins<Signed> = {
  'other content': (thing) => ({ ...thing, content: flipped(thing.content) }),
  'a bit of the signature': (thing) => ({ ...thing, signature: flipped(thing.signature, 20) }),
  'the signature of another key': (thing) => ({
    ...thing,
    signature: signSm2(thing.content, createSm2Key(random), random),
  }),
  // What OpenSSL makes of the right key unless it is told the user id of GM/T 0009.
  'the signature with an empty user id': (thing) => {
    const [path, form] = [file(''), ['-sign', '-rawin', '-digest', 'sm3', '-inkey', scene.key]];
    const { ok, said } = run('openssl', ['pkeyutl', ...form, '-in', file(thing.content), '-out', path]);
    if (!ok) throw new Error(said);
    return { ...thing, signature: readFileSync(path) };
  },
};

const chains: Twins<Signed> = {
  'under the root of another authority': (thing) => {
    const folder = emptyFolder();
    sm2Identity(folder, 'root', 'ca');
    return { ...thing, root: readFileSync(join(folder, 'root.pem')) };
  },
};

const openssl = ({ content, signature, certificate }: Signed): Verdict => {
  const form = ['-verify', '-rawin', '-digest', 'sm3', '-pkeyopt', DISTID, '-certin', '-inkey', file(certificate)];
  return run('openssl', ['pkeyutl', ...form, '-in', file(content), '-sigfile', file(signature)]);
};
const chain = ({ certificate, root }: Signed): Verdict =>
  run('openssl', ['verify', '-vfyopt', DISTID, '-CAfile', file(root), file(certificate)]);

const words = ({ content, signature, certificate, root }: Signed) =>
  [content, signature, certificate, root].map((each) => file(each));

describe('SM2', () => {
  before(async () => {
    scene = await makeSm2Scene();
  });

  judge('openssl, SM2', ['openssl'], () => {
    for (const [artefact, thing] of Object.entries(artefacts)) {
      claim({ judge: 'openssl pkeyutl', artefact, thing, ask: openssl, refuses: twins });
    }
    const thing = artefacts['receipt manifest.json.sm2'];
    claim({ judge: 'openssl verify', artefact: 'certs/sm2.pem', thing, ask: chain, refuses: chains });
  });

  judge('gmsm', [drivers.go.needs], () => {
    for (const [artefact, thing] of Object.entries(artefacts)) {
      const refuses = { ...twins, ...chains };
      claim({ judge: 'gmsm 0.15.5', artefact, thing, ask: (each) => ask('go', 'gmsm', ...words(each)), refuses });
    }
  });

  judge('BouncyCastle', ['java', drivers.sm2.needs], () => {
    for (const [artefact, thing] of Object.entries(artefacts)) {
      const refuses = { ...twins, ...chains };
      claim({ judge: 'BouncyCastle 1.87', artefact, thing, ask: (each) => ask('sm2', ...words(each)), refuses });
    }
  });

  judge('tiezheng, SM2', [], () => {
    claim<string>({
      ...{ judge: 'npx tiezheng verify --sm2-trust', artefact: 'receipt with SM2', thing: () => scene.receipt },
      ask: async (receipt) => {
        const lines: string[] = [];
        const code = await verify(receipt, { sm2Trust: scene.root }, false, (line) => lines.push(line));
        return { ok: code === 0, said: lines.join('\n') };
      },
      refuses: {
        'a bit of the signature': (receipt) => twin(receipt, { 'manifest.json.sm2': (each) => flipped(each, 20) }),
        'no SM2 signature': (receipt) => twin(receipt, { 'manifest.json.sm2': () => undefined }),
      },
    });
  });
});
