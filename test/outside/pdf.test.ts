import { claim, judge } from './claims.ts';
import { ask, type Verdict } from './driver.ts';
import { archivalTwins, longer, pdfTwins, type SignedPdf } from './pdf-twins.ts';
import { drivers } from './places.ts';
import { run } from './run.ts';
import { emptyFolder, file, of, read } from './scene.ts';

const papers = { 'receipt receipt.pdf': 'receipt/receipt.pdf', 'package cover.pdf': 'export/bag/cover.pdf' };
const thing = (path: string) => (): SignedPdf => ({ pdf: read(path), root: read('trust/ca.pem') });

/** A trust store of NSS that holds one root. */
function trusting(root: SignedPdf['root']): string {
  const store = `sql:${emptyFolder()}`;
  for (const args of [
    ['-N', '--empty-password'],
    ['-A', '-n', 'root', '-t', 'CT,C,C', '-a', '-i', file(root)],
  ]) {
    const { ok, said } = run('certutil', [...args, '-d', store]);
    if (!ok) throw new Error(said);
  }
  return store;
}

/** It exits 0 when a digest does not match, and when nothing is signed: its words are what counts. */
function pdfsig({ pdf, root }: SignedPdf): Verdict {
  const { said } = run('pdfsig', ['-nssdir', trusting(root), file(pdf)]);
  const words = ['Signature is Valid.', 'Certificate is Trusted.', 'Total document signed'];
  const one = said.split('Signature #').length === 2;
  return { ok: one && words.every((each) => said.includes(each)), said };
}

const pyhanko = ({ pdf, root }: SignedPdf) =>
  ask('python', 'pdf', file(pdf), file(root), of('trust/tsa.pem'), of('trust/ca.crl'));

const dss = ({ pdf, root }: SignedPdf) =>
  ask('dss', 'PAdES-BASELINE-T', file(pdf), '-', file(root), of('trust/ca.crl'), of('trust/tsa.pem'));

judge('pdfsig', ['pdfsig', 'certutil'], () => {
  for (const [artefact, path] of Object.entries(papers)) {
    const refuses = { ...pdfTwins, ...longer };
    claim({ judge: 'pdfsig 22.12', artefact, thing: thing(path), ask: pdfsig, refuses });
  }
});

judge('pyHanko', [drivers.python.needs], () => {
  for (const [artefact, path] of Object.entries(papers)) {
    const refuses = { ...pdfTwins, ...longer };
    claim({ judge: 'pyHanko 0.38', artefact, thing: thing(path), ask: pyhanko, refuses });
  }
});

judge('EU DSS 6.4, PAdES', ['java', drivers.dss.needs], () => {
  for (const [artefact, path] of Object.entries(papers)) {
    claim({ judge: 'EU DSS 6.4', artefact, thing: thing(path), ask: dss, refuses: pdfTwins, overlooks: longer });
  }
});

judge('veraPDF', ['java', drivers.verapdf.needs], () => {
  for (const [artefact, path] of Object.entries(papers)) {
    const archival = ({ pdf }: SignedPdf) => ask('verapdf', file(pdf));
    claim({ judge: 'veraPDF 1.28.2', artefact, thing: thing(path), ask: archival, refuses: archivalTwins });
  }
});
