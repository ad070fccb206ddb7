import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allowedTypes } from '../../../server/ingest/type-list.ts';
import { ftyp, packets, typeOf, zipOf } from './typing.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const gb18030 = Buffer.from('cfd6b3a1bcecb2e9b1cac2bca3bab1bbbcecb2e9c8cbd5c5c8fda1a30d0a', 'hex');

async function isType(content: Uint8Array | string, extension: string, name = '') {
  const type = await typeOf(content, name);
  assert.deepEqual([type.extension, type.known, type.executable], [extension, true, false]);
  assert.ok(allowedTypes.some(({ mediaType }) => mediaType === type.mediaType));
  return type;
}

describe('detectType: what is taken', () => {
  it('knows images and documents by their first bytes', async () => {
    await isType(latin('\xff\xd8\xff\xe0\0\x10JFIF\0'), 'jpg');
    await isType(latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'png');
    await isType(latin('RIFF\x10\0\0\0WEBPVP8 '), 'webp');
    await isType(latin('II*\0\x08\0\0\0'), 'tif');
    await isType(latin('MM\0*\0\0\xff\xff'), 'tif');
    await isType(latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), 'pdf');
    await isType(latin('\xef\xbb\xbf%PDF-2.0\n'), 'pdf');
    const signedData = '\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02';
    for (const length of ['\x80', '\x7f', '\x81\xff', '\x82\x0a\x0a', '\x83\x01\0\0'])
      await isType(latin(`\x30${length}${signedData}\xa0`), 'p7m');
  });
  it('knows sound and film that say so', async () => {
    await isType(latin('RIFF\x10\0\0\0AVI LIST'), 'avi');
    await isType(latin('RIFF\x10\0\0\0WAVEfmt '), 'wav');
    await isType(latin('RF64\xff\xff\xff\xffWAVEds64'), 'wav');
    await isType(latin('#!AMR\n\x3c\x91\x17'), 'amr');
    await isType(latin('#!AMR-WB\n\x04\x91\x17'), 'amr');
    await isType(latin('\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska'), 'mkv');
  });
  it('tells the family of ISO media apart by brand', async () => {
    for (const brand of ['isom', 'iso2', 'iso6', 'mp41', 'mp42', 'avc1', 'M4V ', 'MSNV', 'XAVC'])
      await isType(ftyp(brand), 'mp4');
    for (const brand of ['3gp4', '3gp5', '3gp6', '3g2a', '3ge6', '3gr6']) await isType(ftyp(brand, ['isom']), '3gp');
    await isType(ftyp('qt  '), 'mov');
    await isType(ftyp('M4A ', ['mp42', 'isom']), 'm4a');
    await isType(ftyp('heic', ['mif1']), 'heic');
    await isType(ftyp('mif1', ['MiHB', 'MiHA', 'heix', 'MiPr']), 'heic');
    await isType(ftyp('ABCD', ['isom']), 'mp4');
    assert.equal((await typeOf(ftyp('avif', ['mif1']))).known, false);
    assert.equal((await typeOf(ftyp('mif1', ['avif']))).known, false);
    assert.equal((await typeOf(ftyp('ABCD'))).known, false);
  });
  it('knows QuickTime without ftyp, and a recording that was cut off', async () => {
    await isType(latin('\0\0\0\x08wide\0\0\x40\0mdat\x01\x02\x03\x04'), 'mov');
    await isType(latin('\0\0\0\x6cmoov\0\0\0\x64mvhd\0\0\0\0'), 'mov');
    assert.equal((await typeOf(latin('\0\0\0\x20wide\0\0\0\0'))).known, false);
  });
  it('knows transport streams of 188, 192 and 204 bytes a packet, also from the middle', async () => {
    await isType(packets(3, 188), 'ts');
    await isType(packets(400, 188), 'ts');
    await isType(packets(5, 192, 4), 'ts');
    await isType(packets(5, 204), 'ts');
    await isType(packets(20, 188).subarray(77), 'ts');
    await isType(packets(20, 188).subarray(0, 19 * 188 + 5), 'ts');
    assert.equal((await typeOf(packets(5, 188).subarray(77))).known, false);
    const broken = packets(10, 188);
    broken[188 * 5] = 0;
    assert.equal((await typeOf(broken)).known, false);
  });
  it('knows MP3 by its frames, with a tag or without', async () => {
    const frame = Buffer.alloc(417);
    Buffer.from([0xff, 0xfb, 0x90, 0x00]).copy(frame);
    const frames = Buffer.concat([frame, frame, frame]);
    await isType(frames, 'mp3');
    await isType(Buffer.concat([Buffer.alloc(300), frames]), 'mp3');
    await isType(Buffer.concat([frame, frame]), 'mp3');
    const tag = (length: number) =>
      Buffer.concat([
        Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, length >> 14, (length >> 7) & 127, length & 127]),
        Buffer.alloc(length),
      ]);
    await isType(Buffer.concat([tag(200_000), frames]), 'mp3');
    await isType(tag(500).subarray(0, 100), 'mp3');
    assert.equal((await typeOf(frame)).known, false);
    assert.equal((await typeOf(Buffer.concat([frame, Buffer.alloc(900, 7)]))).known, false);
    assert.equal((await typeOf(Buffer.concat([tag(500), latin('fLaC\0\0\0\x22')]))).known, false);
  });
  it('knows office documents by what their directory lists', async () => {
    const types = '[Content_Types].xml';
    await isType(await zipOf([types, '_rels/.rels', 'word/document.xml']), 'docx');
    await isType(await zipOf([types, 'xl/workbook.xml', 'xl/worksheets/sheet1.xml']), 'xlsx');
    await isType(await zipOf(['OFD.xml', 'Doc_0/Document.xml', 'Doc_0/Pages/Page_0/Content.xml']), 'ofd');
    await isType(await zipOf(['Doc_0/Document.xml', '公文.txt', 'OFD.xml'], 'a comment'), 'ofd');
    const others = [
      [types, 'ppt/presentation.xml'],
      ['word/document.xml'],
      ['readme.txt'],
      [types, 'word/document.xml', 'word/vbaProject.bin'],
      [types, 'xl/workbook.xml', 'xl/macrosheets/sheet1.xml'],
      ['x/OFD.xml'],
      [],
    ];
    for (const names of others) {
      const type = await typeOf(await zipOf(names));
      assert.deepEqual([type.mediaType, type.known, type.executable], ['application/zip', false, false], String(names));
    }
  });
  it('knows text in UTF-8, UTF-16 and GB 18030; the name makes it CSV', async () => {
    const line = '现场检查笔录：被检查人张三。\r\n';
    await isType('a', 'txt');
    for (const start of [
      'BMI,1\n',
      'FWS',
      'GIF87a is a format',
      'MZ stands for',
      'II. 检查',
      'ID3 is a tag',
      'PK比赛',
      'RIFF',
    ]) {
      await isType(start, 'txt');
    }
    await isType(line, 'txt');
    await isType(`\ufeff${line}`, 'txt');
    await isType(Buffer.from(`\ufeff${line}`, 'utf16le'), 'txt');
    await isType(Buffer.from(`\ufeff${line}`, 'utf16le').swap16(), 'txt');
    await isType(gb18030, 'txt');
    await isType(Buffer.alloc(300_000, gb18030), 'txt');
    await isType(line.repeat(20_000), 'txt');
    await isType(Buffer.from(line).subarray(0, -3), 'txt');
    await isType('案号,案由\r\n1,2\r\n', 'csv', '台账.CSV');
    await isType('案号\t案由\n', 'txt', 'a.csv.txt');
    const type = await typeOf(latin('\xff\xd8\xff\xe0\0\x10JFIF\0'), 'a.csv');
    assert.equal(type.extension, 'jpg');
  });
});
