import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { DockApi } from './api.ts';

const pinned = z.strictObject({
  /** PEM of the roots that receipts and permits must stand under. */
  ca: z.string(),
  /** Verifier key of the agency's log (C2SP vkey). */
  vkey: z.string(),
  agency: z.string(),
  dock: z.string(),
});

/** Whom the agent believes: nothing is erased on anybody else's word. */
export type Trust = z.output<typeof pinned>;

/** What the service says of this dock. */
export interface Self {
  id: string;
  name: string;
  departmentId: string;
  agency: { id: string; name: string };
  zone: string;
  uploadDueHours: number;
}

/** The service is not the one that was pinned, or the file of pins is none. */
export class TrustRefused extends Error {
  override name = 'TrustRefused';
}

/**
 * The pins of a file. At the first contact, when there is no such file, they are taken from the service and kept; whoever runs the dock compares them
 * with what the agency publishes. Throws TrustRefused, Refused, Away.
 */
export async function openTrust(api: DockApi, self: Self, path: string): Promise<{ trust: Trust; first: boolean }> {
  const first = !existsSync(path);
  if (first) {
    const { ca } = await api.json<{ ca: string }>('GET', '/trust');
    const { bytes } = await api.send('GET', `/trust/logs/${self.agency.id}`);
    const vkey = bytes.toString('utf8').trim();
    keep(path, { ca, vkey, agency: self.agency.id, dock: self.id });
  }
  const trust = readTrust(path);
  if (trust.agency !== self.agency.id || trust.dock !== self.id)
    throw new TrustRefused(`${path} is of dock ${trust.dock}, the token of dock ${self.id}`);
  return { trust, first };
}

/** Throws TrustRefused. */
export function readTrust(path: string): Trust {
  try {
    return pinned.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new TrustRefused(`${path}: ${(error as Error).message}`);
  }
}

function keep(path: string, trust: Trust): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${JSON.stringify(trust, undefined, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
