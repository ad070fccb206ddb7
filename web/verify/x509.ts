import {
  contentsOf,
  itemsOf,
  magnitudeOf,
  type Node,
  oidOf,
  parseOne,
  sequenceOf,
  wholeOf,
} from '../../signing/asn1.ts';
import { Buffer } from './buffer.ts';
import { bitsOf, KeyObject, octetsOf } from './public-key.ts';

const SIGNATURES: Record<string, { key: 'ec' | 'rsa' | 'sm2'; digest: string }> = {
  '1.2.840.10045.4.3.2': { key: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', digest: 'sha512' },
  '1.2.840.113549.1.1.11': { key: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', digest: 'sha512' },
  '1.2.156.10197.1.501': { key: 'sm2', digest: 'sm3' },
};
const KEY_CERT_SIGN = 0x04;

/** An X.509 certificate as node:crypto shows it; here only strict DER is read. Throws when it is none. */
export class X509Certificate {
  readonly raw: Buffer;
  readonly publicKey: KeyObject;
  /** Upper-case hexadecimal. */
  readonly serialNumber: string;
  /** To be compared: the name's parts, letter case and spaces evened out (RFC 5280 section 7.1). */
  readonly subject: string;
  readonly issuer: string;
  readonly validFromDate: Date;
  readonly validToDate: Date;
  readonly #signed: Uint8Array;
  readonly #algorithm: string;
  readonly #signature: Uint8Array;
  readonly #extensions: ReadonlyMap<string, Uint8Array>;
  readonly #answers = new WeakMap<KeyObject, boolean>();

  constructor(bytes: Uint8Array) {
    const items = sequenceOf(parseOne(bytes));
    const signed = items.next('sequence');
    const algorithm = wholeOf(items.next('sequence'));
    this.#signature = octetsOf(items.nextAny());
    items.end();
    const body = itemsOf(signed);
    body.tagged(0);
    const serial = Buffer.from(magnitudeOf(body.next('integer')));
    const inner = body.next('sequence');
    if (!Buffer.from(wholeOf(inner)).equals(algorithm)) throw new Error('two signature algorithms');
    this.issuer = nameOf(body.next('sequence'));
    const [from, to] = sequenceOf(body.next('sequence')).rest();
    this.subject = nameOf(body.next('sequence'));
    this.publicKey = new KeyObject(wholeOf(body.next('sequence')));
    body.tagged(1);
    body.tagged(2);
    this.#extensions = extensionsOf(body.tagged(3));
    body.end();
    this.raw = Buffer.from(bytes);
    this.serialNumber = serial.toString('hex').toUpperCase();
    this.validFromDate = timeOf(from);
    this.validToDate = timeOf(to);
    this.#signed = wholeOf(signed);
    this.#algorithm = oidOf(itemsOf(inner).next('oid'));
  }

  /** Whether its signature holds under that key. The same few are asked for with every signature of a package, so answers are kept. */
  verify(key: KeyObject): boolean {
    const answer = this.#answers.get(key) ?? this.#holdsUnder(key);
    this.#answers.set(key, answer);
    return answer;
  }

  #holdsUnder(key: KeyObject): boolean {
    const known = SIGNATURES[this.#algorithm];
    if (!known || known.key !== key.asymmetricKeyType) return false;
    return key.holds(known.digest, this.#signed, this.#signature);
  }

  checkPrivateKey(_key: KeyObject): boolean {
    throw new Error('no private key is here');
  }

  /** Whether names, key identifiers and key usage let the other be its issuer; the signature is not looked at. */
  checkIssued(other: X509Certificate): boolean {
    const own = this.#extensions.get('2.5.29.35');
    const wanted = own && sequenceOf(parseOne(own));
    const keyId = wanted?.tagged(0);
    wanted?.tagged(1);
    const serial = wanted?.tagged(2);
    const theirs = other.#extensions.get('2.5.29.14');
    const sameKey = !keyId || !theirs || Buffer.from(contentsOf(keyId)).equals(contentsOf(parseOne(theirs)));
    const sameSerial =
      !serial || `${Buffer.from(contentsOf(serial)).toString('hex').toUpperCase()}` === other.serialNumber;
    const usage = other.#extensions.get('2.5.29.15');
    const signs = !usage || ((bitsOf(parseOne(usage))[1] ?? 0) & KEY_CERT_SIGN) !== 0;
    const fits = SIGNATURES[this.#algorithm]?.key === other.publicKey.asymmetricKeyType;
    return this.issuer === other.subject && sameKey && sameSerial && signs && fits;
  }
}

function nameOf(name: Node): string {
  const parts = itemsOf(name)
    .rest()
    .map((set) =>
      itemsOf(set)
        .rest()
        .map((attribute) => {
          const items = sequenceOf(attribute);
          const type = oidOf(items.next('oid'));
          return `${type}=${evened((items.nextAny().valueBlock as { value?: unknown }).value)}`;
        })
        .sort(),
    );
  return JSON.stringify(parts);
}

const evened = (value: unknown) => String(value).trim().replace(/\s+/g, ' ').toLowerCase();

function extensionsOf(tagged: Node | undefined): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const node of tagged ? itemsOf(itemsOf(tagged).next('sequence')).rest() : []) {
    const items = sequenceOf(node);
    const id = oidOf(items.next('oid'));
    items.optional('boolean');
    found.set(id, contentsOf(items.next('octetString')));
    items.end();
  }
  return found;
}

/** RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime after, both to the second and in UTC. */
function timeOf(node: Node | undefined): Date {
  const text = node ? Buffer.from(wholeOf(node).subarray(2)).toString('latin1') : '';
  const [, year = '', ...rest] = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const [month, day, hour, minute, second] = rest;
  const full = year.length === 4 ? year : `${Number(year) < 50 ? 20 : 19}${year}`;
  const time = new Date(`${full}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
  if (Number.isNaN(time.getTime())) throw new Error('no time of validity');
  return time;
}
