import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  decodeEntry,
  type Entry,
  encodeEntry,
  entryKey,
  GENESIS_PREV,
  keyCommitment,
  leafHash,
  openField,
  sealField,
  unwrapKey,
  wrapKey,
} from '../../../signing/chain.ts';
import { countingRandom, refusal, run } from './support.ts';

const streamKey = new Uint8Array(32).fill(7);
const key = entryKey(streamKey, 1);
const place = { chain: 'agency', stream: 'record/1', version: 1, event: 0, pointer: '/title' };

const entry = (): Entry => ({
  v: 1,
  chain: 'agency',
  seq: 0,
  prev: GENESIS_PREV,
  time: '2026-11-22T08:00:00.000Z',
  actor: { id: 'p1', role: 'officer', via: 'session' },
  stream: 'record/1',
  version: 1,
  key: keyCommitment(key),
  events: [
    { type: 'record.received', v: 1, data: { size: 3, title: sealField(key, place, '现场', countingRandom()) } },
  ],
});

describe('ledger entry', () => {
  it('comes back from its bytes', () => {
    const request = { id: 'ab'.repeat(32), digest: 'cd'.repeat(32) };
    for (const given of [entry(), { ...entry(), request }]) assert.deepEqual(decodeEntry(encodeEntry(given)), given);
    assert.equal(
      Buffer.from(leafHash(new Uint8Array())).toString('hex'),
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
  });

  it('refuses fields that are unknown, missing or of another type', () => {
    const wrong: Record<string, unknown>[] = [
      { v: 2 },
      { extra: 1 },
      { seq: -1 },
      { seq: '0' },
      { prev: 'AB'.repeat(32) },
      { prev: '1'.repeat(64) },
      { time: '2026-02-30T00:00:00.000Z' },
      { time: '2026-11-22T08:00:00Z' },
      { actor: { id: 'p', role: 'r', via: 'post' } },
      { actor: { id: 'p', role: 'r', via: 'device', name: 'x' } },
      { stream: 'record' },
      { version: 0 },
      { key: 'x' },
      { events: [] },
      { events: [{ type: 'a', v: 1, data: null }] },
      { events: [{ type: 'a', data: {} }] },
      { request: { id: 'zz', digest: 'zz' } },
    ];
    for (const change of wrong) {
      assert.throws(
        () => encodeEntry({ ...entry(), ...change } as Entry),
        refusal('ENTRY_INVALID'),
        JSON.stringify(change),
      );
    }
    const { key: _, ...without } = entry();
    assert.throws(() => encodeEntry(without as Entry), refusal('ENTRY_INVALID'));
  });

  it('holds at most 65,535 bytes', () => {
    const sized = (length: number): Entry => ({
      ...entry(),
      events: [{ type: 'a', v: 1, data: { t: 'x'.repeat(length) } }],
    });
    const room = 65_535 - encodeEntry(sized(0)).length;
    assert.equal(encodeEntry(sized(room)).length, 65_535);
    assert.throws(() => encodeEntry(sized(room + 1)), refusal('ENTRY_TOO_LARGE'));
  });

  it('refuses other encodings of the same entry', () => {
    const bytes = Buffer.from(encodeEntry(entry()));
    assert.throws(() => decodeEntry(Buffer.concat([bytes, Buffer.from('\n')])), refusal('CANONICAL_BYTES'));
    assert.throws(() => decodeEntry(Buffer.from(JSON.stringify(entry()))), refusal('CANONICAL_BYTES'));
  });
});

describe('personal fields', () => {
  it('open with the entry key at their own place only', () => {
    const sealed = sealField(key, place, { name: '张三', ids: [1] });
    assert.deepEqual(openField(key, place, sealed), { name: '张三', ids: [1] });
    const elsewhere = [{ chain: 'b' }, { stream: 'record/2' }, { version: 2 }, { event: 1 }, { pointer: '/name' }];
    for (const change of elsewhere)
      assert.throws(() => openField(key, { ...place, ...change }, sealed), refusal('FIELD_CLOSED'));
    assert.throws(() => openField(entryKey(streamKey, 2), place, sealed), refusal('FIELD_CLOSED'));
    assert.notEqual(sealField(key, place, 1).enc, sealField(key, place, 1).enc);
  });

  it('refuse a change of any character', () => {
    const { enc } = sealField(key, place, '保密');
    for (let at = 0; at < enc.length; at++) {
      for (const other of ['A', 'B', '+', '=', '']) {
        const changed = enc.slice(0, at) + other + enc.slice(at + 1);
        if (changed !== enc) assert.throws(() => openField(key, place, { enc: changed }), refusal('FIELD_CLOSED'));
      }
    }
  });

  it('wrapped keys open under their master key and name only', () => {
    const master = new Uint8Array(32).fill(9);
    const wrapped = wrapKey(master, streamKey, 'agency/record/1');
    assert.deepEqual(Uint8Array.from(unwrapKey(master, wrapped, 'agency/record/1')), streamKey);
    assert.throws(() => unwrapKey(master, wrapped, 'agency/record/2'), refusal('KEY_CLOSED'));
    assert.throws(() => unwrapKey(streamKey, wrapped, 'agency/record/1'), refusal('KEY_CLOSED'));
    assert.throws(() => unwrapKey(master, wrapped.subarray(0, 20), 'agency/record/1'), refusal('KEY_CLOSED'));
  });

  it('derive entry keys as HKDF-SHA256 by openssl does', () => {
    assert.equal(
      Buffer.from(key).toString('hex').toUpperCase(),
      opensslHkdf(Buffer.from(streamKey).toString('hex'), 'tiezheng entry key v1/1'),
    );
  });
});

const opensslHkdf = (ikm: string, info: string) =>
  run(
    '/',
    'openssl',
    'kdf',
    '-keylen',
    '32',
    '-kdfopt',
    'digest:SHA256',
    '-kdfopt',
    `hexkey:${ikm}`,
    '-kdfopt',
    `info:${info}`,
    'HKDF',
  )
    .trim()
    .replaceAll(':', '');
