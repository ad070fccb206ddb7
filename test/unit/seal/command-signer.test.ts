import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { ConfigFaults, readConfig } from '../../../server/config.ts';
import { Fault } from '../../../server/errors.ts';
import { commandSigner } from '../../../server/seal/command-signer.ts';
import { outsideSigner } from '../../../server/seal/outside-signer.ts';
import { verifyDetached } from '../../../signing/cms.ts';
import { sha256 } from '../../../signing/digest.ts';
import { ca, now, otherCa, signer } from '../signing/pki.ts';

const content = Buffer.from('what is signed');
const { certificatePem } = signer;

describe('a signer by command', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-command-'));
    writeFileSync(join(folder, 'key.pem'), signer.privateKeyPem);
    writeFileSync(join(folder, 'other.pem'), otherCa.privateKeyPem);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** A signature by a program of these lines. */
  function signedBy(lines: string, timeoutMs?: number): Promise<Uint8Array> {
    const command = join(folder, 'sign it');
    writeFileSync(command, `#!/bin/sh\ncd '${folder}'\n${lines}\n`, { mode: 0o700 });
    return commandSigner({ command, certificatePem, now: () => now, ...(timeoutMs && { timeoutMs }) }).sign(content);
  }

  it('gives the bytes to be signed to the program, and makes a signature of its answer', async () => {
    const cms = await signedBy(RIGHT);
    const verified = verifyDetached({ cms, contentSha256: sha256(content), trust: [ca.certificatePem] });
    assert.equal(verified.signer.certificatePem, certificatePem);
  });

  it('uses no answer that is not a signature by the certificate', async () => {
    const answers = [
      'openssl dgst -sha256 -sign other.pem',
      `cat > /dev/null; echo x | ${RIGHT}`,
      `${RIGHT}; echo`,
      `${RIGHT}; exit 1`,
      'cat',
      'exit 0',
      'kill -9 $$',
      'yes',
    ];
    for (const lines of answers) await assert.rejects(signedBy(lines), unavailable, lines);
    const absent = commandSigner({ command: '/nowhere/sign', certificatePem, now: () => now });
    await assert.rejects(absent.sign(content), unavailable);
  });

  it('waits so long and no longer, also for what the program leaves behind', async () => {
    const began = performance.now();
    await assert.rejects(signedBy('sleep 5 & wait', 300), unavailable);
    assert.ok(performance.now() - began < 4000);
  });

  it('is run once at a time, and goes on after a failure', async () => {
    const command = join(folder, 'sometimes');
    const lines = `mkdir busy || exit 1\n[ -e tried ] || { touch tried; rmdir busy; exit 1; }\n${RIGHT}\nrmdir busy`;
    writeFileSync(command, `#!/bin/sh\ncd '${folder}'\n${lines}\n`, { mode: 0o700 });
    const { sign } = commandSigner({ command, certificatePem, now: () => now });
    const signed = await Promise.allSettled([sign(content), sign(content), sign(content)]);
    assert.deepEqual(
      signed.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
  });

  it('is refused at the start when its certificate does not fit', () => {
    writeFileSync(join(folder, 'signer.pem'), certificatePem);
    writeFileSync(join(folder, 'ca.pem'), ca.certificatePem);
    writeFileSync(join(folder, 'foreign.pem'), otherCa.certificatePem);
    const whole = {
      SIGNER_COMMAND: '/usr/bin/true',
      SIGNER_CERTIFICATE: join(folder, 'signer.pem'),
      SIGNER_CA: join(folder, 'ca.pem'),
    };
    const opened = (changes: Record<string, string>) => outsideSigner(readConfig({ ...whole, ...changes }), () => now);
    assert.equal(opened({})?.rootPem, ca.certificatePem);
    const unfit: Record<string, string>[] = [
      { SIGNER_CERTIFICATE: '' },
      { SIGNER_CA: '' },
      { SIGNER_CA: join(folder, 'foreign.pem') },
      { SIGNER_CERTIFICATE: whole.SIGNER_CA },
      { SIGNER_PKCS12: 'own.p12' },
    ];
    for (const changes of unfit) assert.throws(() => opened(changes), ConfigFaults);
  });
});

const RIGHT = 'openssl dgst -sha256 -sign key.pem';
const unavailable = (error: unknown) => error instanceof Fault && error.code === 'SIGNER_UNAVAILABLE';
