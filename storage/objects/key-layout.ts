/**
 * Keys of the files that hold wrapped keys, in the work store: `<chain>/keys/streams/<block>`, `<chain>/keys/blind`, `system/keys/installation`.
 * What is in them: docs/formats/keys.md.
 */
import { isChain } from './log-layout.ts';
import { InvalidKey } from './object-store.ts';

export type KeyFileName =
  | { area: 'streams'; chain: string; block: number }
  | { area: 'blind'; chain: string }
  | { area: 'installation' };

const BLOCK = /^(?:0|[1-9]\d{0,12})$/;

/** Keys of the streams that begin in one block of a chain's entries. Throws InvalidKey. */
export function streamKeysKey(chain: string, block: number): string {
  if (!BLOCK.test(String(block))) throw new InvalidKey('blocks are counted from 0');
  return `${streamKeysPrefix(chain)}${block}`;
}

/** What all such keys of a chain begin with. Throws InvalidKey. */
export const streamKeysPrefix = (chain: string): string => `${keyPrefix(chain)}streams/`;

/** The key of a chain's blind index. Throws InvalidKey. */
export const blindKeyKey = (chain: string): string => `${keyPrefix(chain)}blind`;

/** The keys of the installation. */
export const INSTALLATION_KEYS = 'system/keys/installation';

/** Undefined for anything that is not built here. */
export function parseKeyFileName(key: string): KeyFileName | undefined {
  if (key === INSTALLATION_KEYS) return { area: 'installation' };
  const [chain = '', keys, area, block = '', ...more] = key.split('/');
  if (!isChain(chain) || keys !== 'keys' || more.length > 0) return undefined;
  if (area === 'blind' && key === blindKeyKey(chain)) return { area, chain };
  const counted = area === 'streams' && BLOCK.test(block) && !block.endsWith('\n');
  return counted ? { area, chain, block: Number(block) } : undefined;
}

function keyPrefix(chain: string): string {
  if (!isChain(chain)) throw new InvalidKey('keys are those of an agency, a lower-case UUID, or system');
  return `${chain}/keys/`;
}
