import { claim, judge } from './claims.ts';
import { ask } from './driver.ts';
import { drivers } from './places.ts';
import { run } from './run.ts';
import { of } from './scene.ts';
import { bagTwins, packageTwins, receiptTwins, sm3Twins, unlisted } from './trees.ts';

const sums = (folder: string, ...lists: string[]) => run('sha256sum', ['--strict', '--quiet', '-c', ...lists], folder);
const bag = { artefact: 'package', thing: () => of('export/bag') };

judge('sha256sum', ['sha256sum'], () => {
  claim({
    ...{ judge: 'sha256sum -c', artefact: 'receipt', thing: () => of('receipt'), refuses: receiptTwins },
    ask: (folder) => sums(folder, 'sha256.txt'),
  });
  claim({
    ...{ ...bag, judge: 'sha256sum -c', refuses: packageTwins, overlooks: unlisted },
    ask: (folder) => sums(folder, 'manifest-sha256.txt', 'tagmanifest-sha256.txt'),
  });
});

/** As docs/formats/package.md has it. */
const SM3 =
  "cut -c67- metadata/digests-sm3.txt | xargs openssl dgst -sm3 -r | tr '*' ' ' | diff - metadata/digests-sm3.txt";

judge('openssl dgst -sm3', ['openssl', 'diff'], () => {
  claim({
    ...{ judge: 'openssl dgst -sm3', artefact: 'package metadata/digests-sm3.txt', thing: bag.thing },
    ask: (folder) => run('sh', ['-c', SM3], folder),
    refuses: sm3Twins,
  });
});

const refuses = { ...packageTwins, ...bagTwins };

judge('bagit-python', [drivers.python.needs], () => {
  claim({ ...bag, judge: 'bagit-python 1.9.0', ask: (folder) => ask('python', 'bag', folder), refuses });
});

judge('bagit-java', ['java', drivers.bagit.needs], () => {
  claim({ ...bag, judge: 'bagit-java 5.2.0', ask: (folder) => ask('bagit', folder), refuses });
});
