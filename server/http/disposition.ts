import { create } from 'content-disposition';

/**
 * C0, C1, line separators, and the characters that turn the direction of what follows, which can hide an extension.
 */
const invisible = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const MAX_CHARACTERS = 200;
const MAX_EXTENSION = 16;

/**
 * The Content-Disposition value for a file of any name (RFC 6266, RFC 8187): an ASCII `filename`, and `filename*` in
 * UTF-8 where the name needs it. Path separators become `_`; a name of which nothing is left becomes `file`.
 */
export function contentDisposition(name: string, disposition: 'inline' | 'attachment'): string {
  const safe = safeFileName(name);
  return create(safe, { type: disposition, fallback: safe.replace(/[^\x20-\x7e]/gu, '_').replace(/[%"]/g, '_') });
}

function safeFileName(name: string): string {
  const plain = name.toWellFormed().replace(invisible, '').replace(/[/\\]/g, '_').trim();
  const shown = /^[. ]*$/.test(plain) ? 'file' : plain;
  return shorten(shown);
}

/** Cuts the middle of a long name, so that it keeps its extension. */
function shorten(name: string): string {
  const characters = [...name];
  if (characters.length <= MAX_CHARACTERS) return name;
  const dot = characters.lastIndexOf('.');
  const extension = dot > 0 && characters.length - dot <= MAX_EXTENSION ? characters.slice(dot) : [];
  return [...characters.slice(0, MAX_CHARACTERS - extension.length), ...extension].join('');
}
