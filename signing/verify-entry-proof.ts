import { decodeEntry } from './chain.ts';
import { type CheckLine, check } from './checklist.ts';
import { demandInLog, openSignedLog } from './log-trust.ts';
import { entryProofPaths as at, optionalPaths } from './package-layout.ts';
import { readSmall, type Subject, textOf } from './tree.ts';
import { openTrust } from './trust.ts';
import { demandAnchor } from './verify-anchor.ts';
import { openTime } from './verify-time.ts';

const LIMIT = 1_048_576;

/** The list of what must be true of the proof of an entry: docs/formats/entry-proof.md. */
export async function* verifyEntryProof(subject: Subject): AsyncGenerator<CheckLine> {
  const { tree, sizes, trust: given, vkey, witnesses, crl } = subject;
  const read = (path: string) => readSmall(tree, path, LIMIT);
  const text = async (path: string) => textOf(await read(path));
  const files = await check(
    ['proof.files', '文件齐全，没有多余文件', 'all files are there, and no others'],
    (findings) => {
      const known: string[] = Object.values(at);
      for (const path of known) findings.demand(sizes.has(path) || optionalPaths.includes(path), `missing: ${path}`);
      for (const path of sizes.keys()) findings.demand(known.includes(path), `not part of an entry's proof: ${path}`);
    },
  );
  yield files.line;
  if (!files.line.ok) return;

  const entry = await check(
    ['proof.entry', '账本条目格式严格规范', 'the ledger entry is in its exact form'],
    async (findings) => {
      const raw = await read(at.entry);
      const { chain, seq, time, stream, actor, events } = decodeEntry(raw);
      findings.note(
        `#${seq} ${time} ${stream} ${events.map(({ type }) => type).join(', ')}, ${actor.role} ${actor.id}`,
      );
      return { chain, seq, raw };
    },
  );
  yield entry.line;
  if (!entry.value) return;
  const { chain, seq, raw } = entry.value;

  const logged = await check(
    [
      'proof.log',
      '账本检查点签名有效，条目在账本之内',
      'the checkpoint of the log is signed, and the log holds the entry',
    ],
    async (findings) => {
      const keys = { given: vkey, inside: await text(at.logVerifier), witnesses };
      const log = openSignedLog(await text(at.checkpoint), keys, chain, findings);
      demandInLog(await text(at.proof), { seq, entry: raw }, log);
      findings.note(`${log.origin}, ${seq} < ${log.size}`);
      return log;
    },
  );
  yield logged.line;
  const log = logged.value;
  if (!log) return;

  const anchored = await check(
    ['proof.anchor', '账本检查点的时间戳（若有）有效', 'the time stamp of the checkpoint, if any, holds'],
    async (findings) => {
      const trust = openTrust(given, await text(at.ca), await text(at.signer), findings);
      const time = openTime({ tsa: await text(at.tsa), crl: await read(at.crl), given: crl }, trust.inside, findings);
      const tsr = sizes.has(at.checkpointTime) ? await read(at.checkpointTime) : undefined;
      demandAnchor(log, tsr, { ...trust, time }, findings);
    },
  );
  yield anchored.line;
}
