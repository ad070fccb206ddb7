import type { StoredEntry } from './ledger-store.ts';

const HASH = 32;

/** Throws a TypeError on entries that the ledger's port does not take. */
export function checkEntries(entries: readonly StoredEntry[]): void {
  for (const { chain, stream, hash, claims } of entries) {
    if (chain !== entries[0]?.chain) throw new TypeError('entries of one append are of one chain');
    if (hash.length !== HASH) throw new TypeError('a leaf hash has 32 bytes');
    checkName('chain', chain);
    checkName('stream', stream);
    for (const claim of claims) checkName('claim', claim);
  }
}

/** Two names that differ must differ in the database too: there, lone surrogates would all become one character. */
export function checkName(what: string, name: string): void {
  if (name === '' || name.includes('\0') || !name.isWellFormed()) {
    throw new TypeError(`a ${what} is well-formed text without NUL`);
  }
}
