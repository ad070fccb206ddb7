import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { isSafePath } from './bag.ts';
import { ProofError } from './proof-error.ts';

/** An ASiC-E container with CAdES (ETSI EN 319 162-1 section 4.4.4): a zip in which one signed list has the digest of every other file. */

/** Content of the file `mimetype` (ETSI EN 319 162-1). */
export const ASIC_MEDIA_TYPE = 'application/vnd.etsi.asic-e+zip';

/** More files than this, and EU DSS refuses the container unless it is told otherwise. */
export const ASIC_FILES = 1000;

/** Files of a container that are no payload; the names are the standard's, but for their numbers. */
export const asicPaths = {
  mimetype: 'mimetype',
  manifest: 'META-INF/ASiCManifest001.xml',
  signature: 'META-INF/signature001.p7s',
} as const;

/** Whether a path is one of those. */
export const isAsicPath = (path: string): boolean => Object.values<string>(asicPaths).includes(path);

interface DataObject {
  path: string;
  mediaType: string;
  /** Lower-case hexadecimal. */
  sha256: string;
}

const ASIC = 'http://uri.etsi.org/02918/v1.2.1#';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const CMS_TYPE = 'application/pkcs7-signature';

/** META-INF/ASiCManifest001.xml (annex A.4) over files, in their order. */
export const asicManifest = (files: readonly { path: string; sha256: string }[]): string =>
  encode(files.map(({ path, sha256 }) => ({ path, sha256, mediaType: mediaTypeOf(path) })));

/**
 * Reads what `asicManifest` writes, with any media types: path to SHA-256. Throws ProofError `ASIC_MALFORMED` (no XML, a DTD, an unsafe path), or
 * `ASIC_NOT_CANONICAL` when the text is not the one that its parts make.
 */
export function readAsicManifest(text: string): Map<string, string> {
  const objects = parse(text);
  if (encode(objects) !== text)
    throw new ProofError('ASIC_NOT_CANONICAL', 'the list of the container is not the text that its parts make');
  const found = new Map(objects.map(({ path, sha256 }) => [path, sha256]));
  if (found.size !== objects.length) throw new ProofError('ASIC_MALFORMED', 'a file is listed twice');
  return found;
}

function encode(objects: readonly DataObject[]): string {
  const references = objects.map(
    ({ path, mediaType, sha256 }) =>
      `  <asic:DataObjectReference URI="${path}" MimeType="${mediaType}">\n` +
      `    <ds:DigestMethod Algorithm="${SHA256}"/>\n` +
      `    <ds:DigestValue>${Buffer.from(sha256, 'hex').toString('base64')}</ds:DigestValue>\n` +
      '  </asic:DataObjectReference>\n',
  );
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<asic:ASiCManifest xmlns:asic="${ASIC}" xmlns:ds="${DSIG}">\n` +
    `  <asic:SigReference URI="${asicPaths.signature}" MimeType="${CMS_TYPE}"/>\n` +
    `${references.join('')}</asic:ASiCManifest>\n`
  );
}

/** The files that the list names, by saxes; what it lets pass is caught when the text is made anew. */
function parse(text: string): DataObject[] {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const objects: DataObject[] = [];
  let digest: string | undefined;
  parser.on('error', (error) => malformed(error.message));
  parser.on('doctype', () => malformed('a document type'));
  parser.on('opentag', (tag) => {
    if (isNamed(tag, ASIC, 'DataObjectReference')) objects.push(objectOf(tag));
    digest = isNamed(tag, DSIG, 'DigestValue') ? '' : undefined;
  });
  parser.on('text', (words) => {
    if (digest !== undefined) digest += words;
  });
  parser.on('closetag', () => {
    const last = objects.at(-1);
    if (digest !== undefined && last) last.sha256 = Buffer.from(digest, 'base64').toString('hex');
    digest = undefined;
  });
  parser.write(text).close();
  return objects;
}

function objectOf({ attributes }: SaxesTagNS): DataObject {
  const value = (name: string) => (attributes[name] as SaxesAttributeNS | undefined)?.value ?? '';
  const [path, mediaType] = [value('URI'), value('MimeType')];
  if (!isSafePath(path)) malformed('an unsafe path');
  if (!/^[a-z0-9]+\/[A-Za-z0-9.+-]+$/.test(mediaType)) malformed('a media type that is none');
  return { path, mediaType, sha256: '' };
}

const isNamed = ({ uri, local }: SaxesTagNS, namespace: string, name: string) => uri === namespace && local === name;

function malformed(reason: string): never {
  throw new ProofError('ASIC_MALFORMED', `META-INF/ASiCManifest001.xml: ${reason}`);
}

const mediaTypes: Record<string, string> = {
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  md: 'text/markdown',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  p7s: CMS_TYPE,
  pem: 'application/x-pem-file',
  tsr: 'application/timestamp-reply',
  txt: 'text/plain',
};

/** For who opens a file from the container; nothing is checked by it. */
const mediaTypeOf = (path: string): string =>
  mediaTypes[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
