import { findCards } from './cards.ts';
import { type Facts, factsOf, isIgnored, profileOf } from './facts.ts';
import type { Profile } from './profile.ts';
import { walk } from './walk.ts';

/** Tells what would be brought of which card, and does nothing: no file is read, no service asked. */
export async function dryRun(
  watch: string,
  profiles: readonly Profile[],
  zone: string,
  tell: (event: string, data: Record<string, unknown>) => void,
): Promise<void> {
  for (const { root, folder } of await findCards(watch)) {
    const files = await Array.fromAsync(
      walk(root, ({ code, shown }) => tell('finding', { card: folder, code, detail: shown })),
    );
    const profile = profileOf(
      profiles,
      files.map(({ shown }) => shown),
    );
    tell('attached', { card: folder, profile: profile.profile, files: files.length });
    for (const { shown, size } of files) {
      const facts: Facts = factsOf(profile, shown, new Map(), zone);
      const event = isIgnored(profile, shown) ? 'would-ignore' : 'would-bring';
      tell(event, { card: folder, file: shown, size, ...facts });
    }
  }
}
