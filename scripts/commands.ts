import type { Command } from './command.ts';
import { command as config } from './config.ts';
import { command as fsck } from './fsck.ts';
import { command as rebuild } from './rebuild.ts';
import { command as rewrap } from './rewrap.ts';

/** Every command by name. */
export const commands: Record<string, Command> = {
  config,
  fsck,
  rebuild,
  rewrap,
};
