import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ftyp, packets, typeOf, zipOf } from './typing.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

describe('detectType: what is not taken', () => {
  it('tells programs, whatever they are called', async () => {
    const pe = Buffer.alloc(512);
    pe.write('MZ\x90');
    pe.writeUInt32LE(128, 60);
    pe.write('PE\0\0', 128);
    const msi = Buffer.alloc(4096);
    latin('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1').copy(msi);
    msi.writeUInt16LE(9, 30);
    msi.writeUInt32LE(2, 48);
    latin('\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46').copy(msi, 3 * 512 + 80);
    const programs: Record<string, Uint8Array> = {
      pe,
      elf: latin('\x7fELF\x02\x01\x01\0'),
      machO: latin('\xcf\xfa\xed\xfe\x07\0\0\x01'),
      universal: latin('\xca\xfe\xba\xbe\0\0\0\x02'),
      java: latin('\xca\xfe\xba\xbe\0\0\0\x41'),
      dex: latin('dex\n035\0'),
      wasm: latin('\0asm\x01\0\0\0'),
      script: latin('#!/bin/sh\nrm -rf /\n'),
      marked: latin('\xef\xbb\xbf#!/usr/bin/env python\n'),
      relative: latin('#!AMR -c evil\n'),
      link: latin('\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46\x9b\0'),
      deb: latin('!<arch>\ndebian-binary   '),
      msi,
      apk: await zipOf(['AndroidManifest.xml', 'classes.dex']),
      jar: await zipOf(['META-INF/MANIFEST.MF', 'a/B.class']),
    };
    for (const [kind, bytes] of Object.entries(programs)) {
      const type = await typeOf(bytes, '现场视频.mp4');
      assert.deepEqual([type.executable, type.known], [true, false], kind);
    }
  });
  it('finds programs inside what looks like a document or an image', async () => {
    const types = '[Content_Types].xml';
    assert.equal((await typeOf(await zipOf([types, 'word/document.xml', 'Evil.class']))).executable, true);
    const jar = await zipOf(['META-INF/MANIFEST.MF', 'Evil.class'], 'with a comment');
    for (const cover of [
      latin('\xff\xd8\xff\xe0\0\x10JFIF\0'),
      latin('%PDF-1.4\n'),
      ftyp('isom', [], 200_000),
      latin('hello\n'),
    ]) {
      assert.equal((await typeOf(Buffer.concat([cover, jar]))).executable, true);
    }
  });
  it('takes no document out of the middle of something else, nor one with something before it', async () => {
    const docx = await zipOf(['[Content_Types].xml', 'word/document.xml']);
    assert.equal((await typeOf(Buffer.concat([latin('GIF89a'), docx]))).known, false);
    assert.equal((await typeOf(Buffer.concat([latin('PK\x03\x04junk'), docx]))).known, false);
    assert.equal((await typeOf(Buffer.concat([docx, Buffer.alloc(5)]))).known, false);
    assert.equal((await typeOf(latin('\n%PDF-1.4\n\xff\xfe'))).known, false);
    assert.equal((await typeOf(latin('x\xff\xd8\xff\xe0\0\x10JFIF\0'))).known, false);
  });
  it('takes no markup, and nothing with control characters, for text', async () => {
    const refused = [
      '<!DOCTYPE html><p>',
      '  \n<HTML>',
      '\ufeff<svg xmlns="http://www.w3.org/2000/svg">',
      '<?xml version="1.0"?>',
      '<script>alert(1)</script>',
      '<!-- --><html>',
      '{\\rtf1\\ansi',
      '%!PS-Adobe-3.0',
      'a\0b',
      'a\u001b[31mb',
      'a\u0007',
      'a\u0090b',
      'a\ufffeb',
      'a\ufdd0',
    ];
    for (const text of refused) {
      const type = await typeOf(text, 'note.txt');
      assert.equal(type.known, false, JSON.stringify(text));
      assert.equal(type.executable, false);
    }
    assert.equal((await typeOf(Buffer.from('\ufeff<html>', 'utf16le'))).known, false);
    assert.equal((await typeOf(latin('\xff\xfe\0\0a\0'))).known, false);
  });
  it('looks at the end of long text too', async () => {
    const long = Buffer.alloc(200_000, 'plain text, line after line\n');
    assert.equal((await typeOf(long)).extension, 'txt');
    long[199_999] = 0;
    assert.equal((await typeOf(long)).known, false);
  });
  it('takes no random bytes for anything, and never throws on the cut or bent', async () => {
    let seed = 20261122;
    const next = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed >>> 16;
    };
    const noise = (length: number) => Buffer.from(Array.from({ length }, () => next() & 255));
    for (let round = 0; round < 200; round++) assert.equal((await typeOf(noise(64 + (next() % 4000)))).known, false);
    const docx = await zipOf(['[Content_Types].xml', 'word/document.xml']);
    const samples = [
      docx,
      ftyp('isom'),
      packets(6, 188),
      latin('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
      latin('ID3\x04\0\0\x7f\x7f\x7f\x7f'),
    ];
    for (const sample of samples) {
      for (let round = 0; round < 150; round++) {
        const bent = Buffer.from(sample.subarray(0, 1 + (next() % sample.length)));
        for (let flips = next() % 4; flips > 0; flips--) bent[next() % bent.length] = next() & 255;
        await typeOf(bent);
      }
    }
  });
  it('reads little of a large file', async () => {
    const limit = 300 * 1024;
    assert.ok((await typeOf(Buffer.alloc(20_000_000))).read < limit);
    assert.ok((await typeOf(Buffer.alloc(20_000_000, 'text\n'))).read < limit);
    assert.ok((await typeOf(Buffer.concat([ftyp('isom'), Buffer.alloc(20_000_000)]))).read < limit);
    const pointer = latin('PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0');
    assert.ok((await typeOf(Buffer.concat([latin('PK\x03\x04'), Buffer.alloc(20_000_000), pointer]))).read < limit);
  });
  it('names an empty file nothing', async () => {
    const { mediaType, known, executable } = await typeOf('');
    assert.deepEqual([mediaType, known, executable], ['application/octet-stream', false, false]);
  });
});
