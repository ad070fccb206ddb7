import { command as agency } from './agency.ts';
import { command as audit } from './audit.ts';
import { command as certificates } from './certificates.ts';
import type { Command } from './command.ts';
import { command as config } from './config.ts';
import { command as dispose } from './dispose.ts';
import { command as dock } from './dock.ts';
import { command as fsck } from './fsck.ts';
import { command as logKey } from './log-key.ts';
import { command as move } from './move.ts';
import { command as provision } from './provision.ts';
import { command as rebuild } from './rebuild.ts';
import { command as rescue } from './rescue.ts';
import { command as restore } from './restore.ts';
import { command as revoke } from './revoke.ts';
import { command as rewrap } from './rewrap.ts';
import { command as setupLink } from './setup-link.ts';
import { command as verify } from './verify.ts';
import { command as witness } from './witness.ts';

/** Every command by name. */
export const commands: Record<string, Command> = {
  agency,
  audit,
  certificates,
  config,
  dispose,
  dock,
  fsck,
  'log-key': logKey,
  move,
  provision,
  rebuild,
  rescue,
  restore,
  revoke,
  rewrap,
  'setup-link': setupLink,
  verify,
  witness,
};
