import { run } from './support.ts';

/** SM2 keys and certificates by the openssl command, as a licensed authority would issue them. */

export const DISTID = 'distid:1234567812345678';

const profiles = {
  ca: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'],
  signer: ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,nonRepudiation'],
  cipher: ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,keyEncipherment'],
};

const request = (folder: string, name: string, profile: keyof typeof profiles, by: string[]) => {
  run(folder, 'openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2', '-out', `${name}.key`);
  const added = profiles[profile].flatMap((extension) => ['-addext', extension]);
  const subject = ['-key', `${name}.key`, '-subj', `/C=CN/CN=${name}`, '-out', `${name}.pem`, '-days', '30'];
  run(folder, 'openssl', 'req', '-x509', '-new', '-sm3', '-sigopt', DISTID, ...by, ...subject, ...added);
};

/** `name.key` and a self-signed `name.pem`. */
export const sm2Identity = (folder: string, name: string, profile: keyof typeof profiles = 'signer'): void =>
  request(folder, name, profile, []);

/** `name.key` and `name.pem`, issued by another of the same folder. */
export const sm2Issued = (folder: string, name: string, issuer: string, profile: keyof typeof profiles): void =>
  request(folder, name, profile, ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`]);
