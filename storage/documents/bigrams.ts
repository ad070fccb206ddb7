/**
 * Words of full text. Chinese, Japanese and Korean runs become overlapping pairs of characters, and their last character alone, so that
 * a single character is found as the beginning of a term; everything else becomes lower-case words. Both index and query come this way.
 */

/** Terms of one query beyond this number are left out. */
const MAX_TERMS = 64;

const CJK = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー`;
const RUNS = new RegExp(`(?<cjk>[${CJK}]+)|(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');
const VARIATION_SELECTORS = /[\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/gu;

/** A term of a query; `prefix` when longer terms that begin with it are meant too. */
export interface Term {
  text: string;
  prefix: boolean;
}

/** The distinct terms under which a text is found. */
export function termsOf(text: string): string[] {
  const terms = new Set<string>();
  for (const run of runsOf(text)) {
    if (!run.cjk) terms.add(run.characters.join(''));
    else
      for (const [index, character] of run.characters.entries())
        terms.add(character + (run.characters[index + 1] ?? ''));
  }
  return [...terms];
}

/** The distinct terms of a user's query: all of them must be found. */
export function queryTerms(query: string): Term[] {
  const terms = new Map<string, Term>();
  const add = (text: string, prefix: boolean) => terms.set(`${prefix} ${text}`, { text, prefix });
  for (const { cjk, characters } of runsOf(query)) {
    if (!cjk || characters.length === 1) add(characters.join(''), true);
    else
      for (const [index, character] of characters.slice(0, -1).entries()) add(character + characters[index + 1], false);
    if (terms.size >= MAX_TERMS) break;
  }
  return [...terms.values()].slice(0, MAX_TERMS);
}

function* runsOf(text: string): Generator<{ cjk: boolean; characters: string[] }> {
  const normal = text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(VARIATION_SELECTORS, '');
  for (const { 0: run, groups } of normal.matchAll(RUNS))
    yield { cjk: groups?.cjk !== undefined, characters: [...run] };
}
