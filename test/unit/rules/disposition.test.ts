import assert from 'node:assert/strict';
import { validateHeaderValue } from 'node:http';
import { parse } from 'content-disposition';
import { describe, it } from 'mocha';
import { contentDisposition } from '../../../server/http/disposition.ts';

const nameOf = (header: string) => parse(header).parameters.filename;

describe('contentDisposition', () => {
  it('carries names of any language by RFC 8187, with an ASCII name beside it', () => {
    for (const name of [
      '现场 检查（一）.mp4',
      'Überprüfung.pdf',
      '🎥 видео.mov',
      'تسجيل.wav',
      "it's 100%.txt",
      'a"b;c=d.csv',
    ]) {
      const header = contentDisposition(name, 'attachment');
      validateHeaderValue('content-disposition', header);
      assert.match(header, /^attachment; [\x20-\x7e]+$/);
      assert.equal(nameOf(header), name);
    }
  });
  it('leaves a plain name plain', () => {
    assert.equal(contentDisposition('video.mp4', 'inline'), 'inline; filename=video.mp4');
  });
  it('takes out controls, separators, and marks that turn direction', () => {
    assert.equal(nameOf(contentDisposition('a\r\nSet-Cookie: x=1\0.mp4', 'inline')), 'aSet-Cookie: x=1.mp4');
    assert.equal(nameOf(contentDisposition('../..\\etc/passwd', 'inline')), '.._.._etc_passwd');
    assert.equal(nameOf(contentDisposition('clip\u202e4pm.exe', 'inline')), 'clip4pm.exe');
    assert.equal(nameOf(contentDisposition('\ud800x.mp4', 'inline')), '\ufffdx.mp4');
  });
  it('never has an empty name, or one of dots', () => {
    for (const name of ['', '   ', '.', '..', '\0\u0085'])
      assert.equal(nameOf(contentDisposition(name, 'inline')), 'file');
  });
  it('keeps a long name within a header, with its extension', () => {
    const name = nameOf(contentDisposition(`${'长'.repeat(5000)}.mp4`, 'attachment'))!;
    assert.equal([...name].length, 200);
    assert.ok(name.endsWith('长.mp4'));
  });
});
