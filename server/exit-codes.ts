import { DataDirLocked } from '../storage/lock.ts';
import { SchemaTooNew } from '../storage/schema-version.ts';
import { ConfigFaults } from './config.ts';
import { HeadMismatch } from './ledger/heads.ts';
import { WrittenByNewer } from './ledger/known.ts';
import { MasterKeyWrong } from './master-key.ts';
import { InstallationMoved } from './move/place.ts';

/** Exit codes of the service and of every command (sysexits.h where one fits); README lists them. */
export const EXIT = { config: 78, locked: 75, key: 77, listen: 69, newer: 76, ledger: 65, other: 70 } as const;

/** What an operator is told of an error that ends a process, and the code it ends with. */
export function exitOf(error: unknown): { code: number; message: string } {
  if (error instanceof ConfigFaults) return { code: EXIT.config, message: error.message };
  if (error instanceof DataDirLocked) return { code: EXIT.locked, message: error.message };
  if (error instanceof InstallationMoved) return { code: EXIT.locked, message: error.message };
  if (error instanceof SchemaTooNew || error instanceof WrittenByNewer)
    return { code: EXIT.newer, message: error.message };
  if (error instanceof MasterKeyWrong)
    return { code: EXIT.key, message: `主密钥不符 master key refused: ${error.message}` };
  if (error instanceof HeadMismatch) {
    const help =
      'Run npx tiezheng fsck. Restore the database from a backup that is not older than what was signed, or move it away and build it anew from the object stores: npx tiezheng restore.';
    return { code: EXIT.ledger, message: `账本不符 ledger refused (chain ${error.chain}): ${error.message}\n${help}` };
  }
  if (isListening(error)) return { code: EXIT.listen, message: `无法监听 cannot listen: ${error.message}` };
  return { code: EXIT.other, message: (error as Error).stack ?? String(error) };
}

function isListening(error: unknown): error is NodeJS.ErrnoException {
  return ['listen', 'bind', 'getaddrinfo'].includes((error as NodeJS.ErrnoException).syscall ?? '');
}
