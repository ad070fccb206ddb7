import { times } from './artefacts.ts';
import { claim, judge } from './claims.ts';
import { ask } from './driver.ts';
import { drivers } from './places.ts';
import { file, of } from './scene.ts';
import { type Stamped, timeTwins } from './twins.ts';

const time = ({ content, reply }: Stamped) =>
  ask('python', 'time', file(reply), file(content), of('trust/ca.pem'), of('trust/tsa.pem'));

judge('rfc3161-client', [drivers.python.needs], () => {
  for (const [artefact, thing] of Object.entries(times)) {
    claim({ judge: 'rfc3161-client 1.0.9', artefact, thing, ask: time, refuses: timeTwins });
  }
});
