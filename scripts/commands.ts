import type { Command } from './command.ts';

const command = ({ command }: { command: Command }): Command => command;

/** Every command by name, loaded when it is asked for: a dock's agent need not hold the drivers of servers. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  agency: () => import('./agency.ts').then(command),
  audit: () => import('./audit.ts').then(command),
  certificates: () => import('./certificates.ts').then(command),
  config: () => import('./config.ts').then(command),
  dispose: () => import('./dispose.ts').then(command),
  dock: () => import('./dock.ts').then(command),
  fsck: () => import('./fsck.ts').then(command),
  'log-key': () => import('./log-key.ts').then(command),
  move: () => import('./move.ts').then(command),
  provision: () => import('./provision.ts').then(command),
  rebuild: () => import('./rebuild.ts').then(command),
  rescue: () => import('./rescue.ts').then(command),
  restore: () => import('./restore.ts').then(command),
  revoke: () => import('./revoke.ts').then(command),
  rewrap: () => import('./rewrap.ts').then(command),
  'setup-link': () => import('./setup-link.ts').then(command),
  verify: () => import('./verify.ts').then(command),
  witness: () => import('./witness.ts').then(command),
};
