import { type Checkpointed, checkpoints, type Proven, proofs } from './artefacts.ts';
import { claim, judge, type Twins } from './claims.ts';
import { ask } from './driver.ts';
import { drivers } from './places.ts';
import { file, of, read } from './scene.ts';
import { logTwins, surplus, tileTwins } from './trees.ts';
import { flipped, line, otherBase64 } from './twins.ts';

const SUMDB = 'Go x/mod 0.42 sumdb';
const proof = (judge: string) => (proven: Proven) =>
  ask('go', judge, file(proven.vkey), file(proven.proof), file(proven.entry));
const note = ({ vkey, checkpoint }: Checkpointed) => ask('go', 'sumdb-note', file(vkey), file(checkpoint));

const more = (text: string) => String(Number(text) + 1);

const noteTwins: Twins<Checkpointed> = {
  'another origin': ({ vkey, checkpoint }) => ({ vkey, checkpoint: line(checkpoint, 0, (origin) => `${origin}x`) }),
  'another size': ({ vkey, checkpoint }) => ({ vkey, checkpoint: line(checkpoint, 1, more) }),
  'another root': ({ vkey, checkpoint }) => ({ vkey, checkpoint: line(checkpoint, 2, otherBase64) }),
  'another signature': ({ vkey, checkpoint }) => ({ vkey, checkpoint: line(checkpoint, 4, otherBase64) }),
  'no signature': ({ vkey, checkpoint }) => ({ vkey, checkpoint: checkpoint.replace(/—.*\n$/, '') }),
};

const proofTwins: Twins<Proven> = {
  'another entry': (proven) => ({ ...proven, entry: flipped(proven.entry) }),
  'another index': (proven) => ({
    ...proven,
    proof: line(proven.proof, 1, (index) => index.replace(/\d+/, more)),
  }),
  'another hash': (proven) => ({ ...proven, proof: line(proven.proof, 2, otherBase64) }),
  'a hash less': (proven) => ({ ...proven, proof: proven.proof.replace(/\n[^\n ]{44}\n\n/, '\n\n') }),
  "another checkpoint's size": (proven) => ({
    ...proven,
    proof: proven.proof.replace(/\n\d+\n/, (size) => `\n${more(size)}\n`),
  }),
};

judge('Go modules', [drivers.go.needs], () => {
  for (const [artefact, thing] of Object.entries(checkpoints)) {
    claim({ judge: `${SUMDB}/note`, artefact, thing, ask: note, refuses: noteTwins });
  }
  for (const [artefact, thing] of Object.entries(proofs)) {
    const judges = {
      [`${SUMDB}/tlog`]: 'sumdb-record',
      'transparency-dev formats 0.1.1 and merkle 0.0.2': 'formats',
      'torchwood 0.9.0': 'torchwood',
    };
    for (const [judge, name] of Object.entries(judges)) {
      claim({ judge, artefact, thing, ask: proof(name), refuses: proofTwins });
    }
  }
  claim({
    ...{ judge: `${SUMDB}/tlog CheckTree`, artefact: 'log, from the checkpoint of the receipt to its own' },
    thing: () => ({ older: of('receipt/checkpoint'), log: of('log') }),
    ask: ({ older, log }) => ask('go', 'sumdb-tree', of('trust/log.vkey'), older, `${log}/checkpoint`, log),
    refuses: {
      'another older root': ({ log }) => ({
        older: file(line(read('receipt/checkpoint').toString(), 2, otherBase64)),
        log,
      }),
      'a bit of a tile': ({ older, log }) => ({ older, log: tileTwins['a bit of a tile']!(log) }),
    },
  });
  claim({
    ...{ judge: 'Tessera fsck 1.0.4', artefact: 'log', thing: () => of('log') },
    ask: (log) => ask('go', 'fsck', of('trust/log.vkey'), log),
    ...{ refuses: { ...logTwins, ...tileTwins }, overlooks: surplus },
  });
});
