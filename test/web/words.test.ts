import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

/** By their path alone: what the pages hold is compiled for browsers, not with the tests. */
const wordsOf = async (language: 'zh' | 'en'): Promise<Record<string, Record<string, string>>> =>
  (await import(new URL(`../../web/app/words/${language}.ts`, import.meta.url).href)).words;

describe('words of the pages', () => {
  it('are there in both languages, with the same places to fill', async () => {
    const [zh, en] = [await wordsOf('zh'), await wordsOf('en')];
    assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
    for (const [area, chinese] of Object.entries(zh)) {
      const english = en[area] ?? {};
      assert.deepEqual(Object.keys(english).sort(), Object.keys(chinese).sort(), area);
      for (const [name, text] of Object.entries(chinese)) {
        const places = (of: string) => [...of.matchAll(/\{\{\w+\}\}/g)].map(String).sort();
        assert.deepEqual(places(english[name] ?? ''), places(text), `${area}:${name}`);
        assert.ok(text && english[name], `${area}:${name}`);
      }
    }
  });
});
