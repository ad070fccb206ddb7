import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { claim, judge, type Twins } from './claims.ts';
import { ask } from './driver.ts';
import { drivers } from './places.ts';
import { opensslCms, run } from './run.ts';
import { type Change, emptyFolder, filesIn, of, twin } from './scene.ts';
import { flipped } from './twins.ts';

/** A container as an unpacked folder, which is zipped again, with nothing deflated, when it is no longer the service's own. */
interface Container {
  path?: string;
  folder: string;
}

const MANIFEST = 'META-INF/ASiCManifest001.xml';
const SIGNATURE = 'META-INF/signature001.p7s';

function container(): Container {
  const path = of(join('export', filesIn('export', '.asice')[0] ?? ''));
  const folder = emptyFolder();
  const { ok, said } = run('unzip', ['-q', path, '-d', folder]);
  if (!ok) throw new Error(said);
  return { path, folder };
}

/** Lengths stand before the bytes, as with us: EU DSS reads a zip as a stream. */
async function zipped(folder: string): Promise<string> {
  const zip = new ZipFile();
  const add = (path: string) => zip.addBuffer(readFileSync(join(folder, path)), path, { compress: false });
  add('mimetype');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (entry.isFile() && path !== 'mimetype') add(path);
  }
  zip.end();
  const path = join(emptyFolder(), 'twin.asice');
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

const changed =
  (name: string, change: Change) =>
  ({ folder }: Container): Container => ({ folder: twin(folder, { [name]: change }) });

const listed: Twins<Container> = {
  "a bit of the list's digests": changed(MANIFEST, (list) => flipped(list, list.indexOf('DigestValue>') + 20)),
  'a file less in the list': changed(MANIFEST, (list) =>
    list.toString().replace(/ *<asic:DataObjectReference [\s\S]*?<\/asic:DataObjectReference>\n/, ''),
  ),
  'no signature': changed(SIGNATURE, () => undefined),
};

const contained: Twins<Container> = {
  'a bit of an original': changed('data/originals/0001.mp4', flipped),
  'a file is missing': changed('data/originals/0001.mp4', () => undefined),
};

const artefact = 'package as .asice';

judge('EU DSS 6.4, ASiC', ['java', 'unzip', drivers.dss.needs], () => {
  const trust = () => ['trust/ca.pem', 'trust/ca.crl', 'trust/tsa.pem'].map(of);
  claim<Container>({
    ...{ judge: 'EU DSS 6.4', artefact, thing: container, refuses: { ...listed, ...contained } },
    ask: async ({ path, folder }) => ask('dss', 'CAdES-BASELINE-T', path ?? (await zipped(folder)), '-', ...trust()),
    overlooks: {
      'the same files in another zip': ({ folder }) => ({ folder }),
      'a file that is not listed': changed('extra.txt', () => 'extra'),
    },
  });
});

judge('openssl, ASiC', ['openssl', 'unzip'], () => {
  const cms = ({ folder }: Container) => opensslCms(SIGNATURE, MANIFEST, of('trust/ca.pem'), folder);
  claim({ judge: 'openssl cms', artefact, thing: container, ask: cms, refuses: listed, overlooks: contained });
});
