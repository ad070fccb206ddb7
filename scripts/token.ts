import { readFileSync, statSync } from 'node:fs';

/** A token, as its file has it, and whether others than the file's owner may read it. Throws the errors of the file system. */
export function readToken(path: string): { token: string; exposed: boolean } {
  return { token: readFileSync(path, 'utf8').trim(), exposed: (statSync(path).mode & 0o077) !== 0 };
}

/** Why a command does not send one where `goesInClear`. */
export const IN_CLEAR =
  '令牌不经 http 发往其他主机，请用 https，或加 --insecure-http the token is not sent over http to another machine: use https, or say --insecure-http';

/** Whether a token that is sent there could be read on its way: without TLS, to another machine than this. */
export function goesInClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== 'https:' && !/^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:.+\.)?localhost)$/.test(hostname);
}
