import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'mocha';
import { formatAddCheckpoint } from '../../signing/add-checkpoint.ts';
import { cosignatureFrom, readCosignatures } from '../../signing/cosignature.ts';
import { startWitness, type WitnessProcess, witnessFolder } from '../support/witness.ts';
import { refusal } from '../unit/signing/support.ts';
import { claim, judge } from './claims.ts';
import { ask } from './driver.ts';
import { drivers } from './places.ts';
import { emptyFolder, file, read } from './scene.ts';
import { flipped } from './twins.ts';

interface Cosigned {
  checkpoint: string;
  witness: string;
}

judge('torchwood, of witnesses', [drivers.go.needs], () => {
  const folder = witnessFolder();
  const vkey = () => read('trust/log.vkey').toString().trim();
  const checkpoint = () => read('receipt/checkpoint').toString();
  let witness: WitnessProcess;
  let line: string;

  before(async () => {
    witness = await startWitness(folder, [vkey()]);
    const body = formatAddCheckpoint({ old: 0, proof: [], note: checkpoint() });
    const response = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body });
    line = await response.text();
  });
  after(async () => {
    await witness.kill();
    folder.remove();
  });

  /** The line with its bytes changed. */
  const tampered = (at: number) => {
    const [name, value = ''] = line.trimEnd().split(/ (?=[^ ]+$)/);
    return `${name} ${flipped(Buffer.from(value, 'base64'), at).toString('base64')}\n`;
  };
  claim<Cosigned>({
    ...{ judge: 'torchwood 0.9.0', artefact: 'a checkpoint cosigned by npx tiezheng witness' },
    thing: () => ({ checkpoint: checkpoint() + line, witness: witness.vkey }),
    ask: (cosigned) => ask('go', 'torchwood-witness', file(vkey()), file(cosigned.checkpoint), file(cosigned.witness)),
    refuses: {
      'no cosignature': (cosigned) => ({ ...cosigned, checkpoint: checkpoint() }),
      'another time of the cosignature': (cosigned) => ({ ...cosigned, checkpoint: checkpoint() + tampered(11) }),
      'another cosignature': (cosigned) => ({ ...cosigned, checkpoint: checkpoint() + tampered(-1) }),
    },
  });

  it("a cosignature of torchwood's making is read here, and not once it is changed", async () => {
    const made = emptyFolder();
    const [key, lineFile] = [join(made, 'key'), join(made, 'line')];
    const { ok, said } = await ask('go', 'cosign', file(checkpoint()), key, lineFile);
    assert.ok(ok, said);
    const theirs = readFileSync(key, 'utf8').trim();
    const theirLine = readFileSync(lineFile, 'utf8');
    const { cosignatures } = readCosignatures(checkpoint() + theirLine, vkey(), [theirs]);
    assert.deepEqual(
      cosignatures.map((each) => each.witness),
      ['witness.example/torchwood'],
    );
    cosignatureFrom(theirLine, checkpoint(), theirs);
    const other = flipped(Buffer.from(checkpoint()), checkpoint().indexOf('\n\n') - 10).toString();
    assert.throws(() => cosignatureFrom(theirLine, other, theirs), refusal('COSIGNATURE'));
  });
});
