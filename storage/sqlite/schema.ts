/**
 * STRICT, so that `PRAGMA integrity_check` notices a blob that has become text. `document_keys` holds the values of declared indexes as
 * index-values.ts encodes them; `lead` marks the least of a document's values at a path, which is the one it is sorted by;
 * `document_keys_many` knows the paths that hold arrays. `document_kinds` remembers by what declaration a kind was indexed.
 */
const TABLES = `
CREATE TABLE entries (
  chain TEXT NOT NULL, seq INTEGER NOT NULL, stream TEXT NOT NULL, version INTEGER NOT NULL,
  hash BLOB NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (chain, seq), UNIQUE (chain, stream, version)
) STRICT;
CREATE TABLE claims (
  chain TEXT NOT NULL, claim TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (chain, claim)
) WITHOUT ROWID, STRICT;
CREATE TABLE documents (
  n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, chain TEXT NOT NULL, version INTEGER NOT NULL,
  body TEXT NOT NULL, digest BLOB NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX documents_chain ON documents (kind, chain, id);
CREATE TABLE document_keys (
  kind TEXT NOT NULL, path TEXT NOT NULL, chain TEXT NOT NULL, value BLOB NOT NULL, id TEXT NOT NULL, lead INTEGER NOT NULL,
  PRIMARY KEY (kind, path, chain, value, id, lead)
) WITHOUT ROWID, STRICT;
CREATE INDEX document_keys_id ON document_keys (kind, id, path, value);
CREATE INDEX document_keys_many ON document_keys (kind, path, chain) WHERE lead = 0;
CREATE TABLE document_kinds (kind TEXT PRIMARY KEY, declaration TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE VIRTUAL TABLE documents_text USING fts5(words, detail = none, columnsize = 0, tokenize = 'ascii');
INSERT INTO documents_text (documents_text, rank) VALUES ('secure-delete', 1);
`;

/** What brings an empty file to version 1 (PRAGMA user_version), and each version to the next. Those of a release are never changed. */
export const MIGRATIONS: readonly string[] = [TABLES];
