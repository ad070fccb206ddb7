import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type AnyKind, Kinds } from '../../server/ledger/kind.ts';
import { demandKnown, knownDocuments, rememberKnown, WrittenByNewer } from '../../server/ledger/known.ts';
import { SqliteDocumentStore } from '../../storage/documents/sqlite.ts';
import { SqliteDatabase } from '../../storage/sqlite/client.ts';
import { noteKind, openLedger } from '../support/ledger.ts';

describe('what a program knows', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tiezheng-known-'));
  let database: SqliteDatabase;
  let documents: SqliteDocumentStore;
  before(async () => {
    database = await SqliteDatabase.open(dir);
    documents = await SqliteDocumentStore.open(database, knownDocuments);
  });
  after(async () => {
    await database.close();
    rmSync(dir, { recursive: true });
  });

  const note: AnyKind = noteKind;
  const { 'note.disposed': _disposed, ...fewer } = noteKind.events;
  const older: [string, AnyKind[]][] = [
    ['the kind note', []],
    ['fold 2 of note', [note]],
    ['version 1 of the event note.disposed', [{ ...note, foldVersion: 2, events: fewer }]],
    [
      'version 2 of the event note.written',
      [
        {
          ...note,
          foldVersion: 2,
          events: { ...note.events, 'note.written': { ...noteKind.events['note.written']!, v: 1 } },
        },
      ],
    ],
  ];

  it('is remembered, and a program that knows less is refused', async () => {
    await demandKnown(documents, new Kinds([]));
    await rememberKnown(documents, new Kinds([note]));
    const newest = new Kinds([{ ...note, foldVersion: 2 }]);
    await Promise.all([rememberKnown(documents, newest), rememberKnown(documents, newest)]);
    for (const [what, kinds] of older) {
      for (const refused of [demandKnown, rememberKnown])
        await assert.rejects(refused(documents, new Kinds(kinds)), (error: Error) => {
          assert.ok(error instanceof WrittenByNewer && error.message.endsWith(what), error.message);
          return true;
        });
    }
    await rememberKnown(documents, newest);
  });

  it('an event that is not known is named, when it is met all the same', async () => {
    const on = await openLedger();
    const write = () =>
      on.ledger.execute(noteKind, 'one', 'a', { id: 'x', role: 'officer', via: 'session' }, () => [
        { type: 'note.written' as const, data: { text: 'x', colour: 'red' } },
      ]);
    await write();
    const meets = (kind: AnyKind) => on.ledger.foldWhole(kind, 'one', 'a');
    await assert.rejects(meets({ ...note, events: {} }), WrittenByNewer);
    await assert.rejects(meets(older[3]![1][0]!), /version 2 of the event note.written/);
    await on.close();
    await on.remove();
  });
});
