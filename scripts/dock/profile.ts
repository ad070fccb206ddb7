import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/** Vendor profiles: what a kind of camera calls its files, and where it says more of them. docs/formats/device-profiles.md. */

const builtIn = fileURLToPath(new URL('profiles', import.meta.url));
/** The built-in ones from the most to the least particular; those of `--profiles` come before them. */
const ORDER = ['ga-t-947-a', 'ga-t-947-c', 'gopro', 'dcim', 'plain'];

/** A pattern that a whole text must match. */
const pattern = z
  .string()
  .max(500)
  .transform((source, context) => {
    try {
      return new RegExp(`^(?:${source})$`, 'iu');
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });

const texts = z.record(z.string(), z.string());

const profileSchema = z.strictObject({
  profile: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  /** Of the path without its ending; groups: device, officer, stamp, sequence, recording, segment, mark. */
  files: z.array(pattern).min(1),
  /** Endings of files that stand beside one of the same name and tell of it. */
  sidecars: z.array(z.string().regex(/^\.\w{1,8}$/)).default([]),
  /** What a sidecar's key is. */
  keys: z.record(z.string(), z.enum(['device', 'officer', 'stamp', 'mark', 'seconds'])).default({}),
  /** What a mark of the camera means; one that is not here is told as it is, and keeps the card. */
  marks: z.record(z.string(), z.enum(['none', 'key', 'coercion', 'obstruction'])).default({}),
  /** Every file of such a card is marked so. */
  keep: z.enum(['coercion', 'obstruction']).optional(),
  /** Where the serial number stands when no name has it. */
  device: z
    .strictObject({ file: z.string(), pattern: z.string().transform((source) => new RegExp(source, 'u')) })
    .optional(),
  /** Numbers of the camera to those of the service: serial numbers, ids of people. */
  devices: texts.default({}),
  officers: texts.default({}),
  /** Lengths at which the camera begins a new file within one recording. */
  splitSeconds: z.array(z.number().positive()).default([]),
  log: z.strictObject({ files: pattern, line: pattern, attached: z.array(z.string()).default([]) }).optional(),
  /** Paths that are left alone: neither brought nor erased. */
  ignore: z.array(pattern).default([]),
});

export type Profile = z.output<typeof profileSchema>;

/** What keeps a profile from being read; names the file. */
export class ProfileRefused extends Error {
  override name = 'ProfileRefused';
}

/** The profiles of a folder, by name, before the built-in ones; one of the same name replaces it. Throws ProfileRefused. */
export function loadProfiles(folder?: string): Profile[] {
  const own = folder === undefined ? [] : readFolder(folder);
  const named = new Set(own.map(({ profile }) => profile));
  const others = readFolder(builtIn).filter(({ profile }) => !named.has(profile));
  return [...own, ...others.sort((a, b) => ORDER.indexOf(a.profile) - ORDER.indexOf(b.profile))];
}

function readFolder(folder: string): Profile[] {
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().map((name) => {
    try {
      return profileSchema.parse(parse(readFileSync(join(folder, name), 'utf8')));
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      throw new ProfileRefused(`${join(folder, name)}: ${why}`);
    }
  });
}
