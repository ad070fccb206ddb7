import { clockInstant } from '../../server/ingest/camera-names.ts';
import type { Profile } from './profile.ts';

/** What is known of a file before it is brought, by its name and what stands beside it. */
export interface Facts {
  device?: string;
  officer?: string;
  /** As the camera wrote it. */
  stamp?: string;
  /** The instant that the stamp means by the camera's clock, RFC 3339. */
  from?: string;
  sequence?: number;
  recording?: string;
  segment?: number;
  /** `key`, `coercion`, `obstruction`, or what the camera wrote where the profile does not know it; `unread` (UNREAD). */
  mark?: string;
  seconds?: number;
}

/** The mark of a file beside which something cannot be read: whether it must stay on its card is not known. */
export const UNREAD = 'unread';

/** The stem is the path without its ending: what a file shares with its sidecars. */
export const stemOf = (path: string): string => path.replace(/\.[^./]*$/, '');

export const isIgnored = ({ ignore, log }: Profile, path: string): boolean =>
  ignore.some((each) => each.test(path)) || (log?.files.test(path) ?? false);

/** Whether it tells of another file rather than being footage. */
export const isSidecar = ({ sidecars }: Profile, path: string): boolean =>
  sidecars.some((ending) => path.toLowerCase().endsWith(ending));

/** The profile that knows the most of these paths, what it leaves alone among them: a recorder's log is one also when all else was erased. */
export function profileOf(profiles: readonly Profile[], paths: readonly string[]): Profile {
  const known = (profile: Profile) =>
    paths.filter((path) => groupsOf(profile, path) || isIgnored(profile, path)).length;
  const particular = profiles.filter(({ profile }) => profile !== 'plain');
  const counts = particular.map((profile) => ({ profile, count: known(profile) }));
  const best = counts.reduce((a, b) => (b.count > a.count ? b : a), { profile: profiles.at(-1) as Profile, count: 0 });
  return best.profile;
}

/** Of the whole path, else of its last part. */
function groupsOf({ files }: Profile, path: string): Record<string, string> | undefined {
  const stem = stemOf(path);
  const last = stem.split('/').at(-1) ?? '';
  for (const each of files) {
    const found = each.exec(last) ?? each.exec(stem);
    if (found) return { ...found.groups };
  }
  return undefined;
}

/** Facts of a path by a profile; `told` are a sidecar's keys and values, which say more than the name. `zone`: that of the camera's clock. */
export function factsOf(profile: Profile, path: string, told: ReadonlyMap<string, string>, zone: string): Facts {
  const named: Record<string, string | undefined> = groupsOf(profile, path) ?? {};
  const said = (what: string) => {
    for (const [key, meaning] of Object.entries(profile.keys)) {
      const value = meaning === what ? told.get(key)?.trim() : undefined;
      if (value) return value.slice(0, 100);
    }
    return named[what];
  };
  const device = said('device')?.toUpperCase();
  const officer = said('officer');
  const stamp = said('stamp');
  const from = stamp && stampInstant(stamp, zone);
  const mark = markOf(profile, said('mark'));
  const seconds = Number(said('seconds') ?? Number.NaN);
  const known = officer === undefined ? undefined : profile.officers[officer];
  return {
    ...(device && { device: profile.devices[device] ?? device }),
    ...(known && { officer: known }),
    ...(stamp && { stamp }),
    ...(from && { from }),
    ...(named.sequence && { sequence: Number(named.sequence) }),
    ...(named.recording && { recording: named.recording, segment: Number(named.segment ?? 0) }),
    ...(mark && { mark }),
    ...(seconds > 0 && seconds < 1e6 && { seconds }),
  };
}

function markOf({ marks, keep }: Profile, written: string | undefined): string | undefined {
  if (keep) return keep;
  if (!written) return undefined;
  const meant = marks[written] ?? written;
  return meant === 'none' ? undefined : meant;
}

/** The instant of fourteen digits, however they are parted; undefined when they are no date. */
export function stampInstant(stamp: string, zone: string): string | undefined {
  const digits = stamp.replace(/\D/g, '');
  if (digits.length !== 14) return undefined;
  return clockInstant(digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6'), zone);
}
