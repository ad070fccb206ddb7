import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BYTES = 16 * 1_048_576;
const BLOCK = 1024;

/**
 * A card that fails as cards do: an ext4 file system whose end is no longer there, so that what lies on it is listed as ever, and reading it is an
 * error of the device (EIO). Linux, as root.
 */
export class FailingCard {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tiezheng-card-'));
  readonly #image = join(this.#folder, 'image');
  readonly #mount: string;
  /** A loop device, which goes on believing that the image is whole. */
  readonly #device: string;
  #end = BYTES;

  /** Files that stay readable, then those that will not be; names are of the card's root. */
  constructor(mount: string, sound: Record<string, Uint8Array>, failing: Record<string, Uint8Array>) {
    this.#mount = mount;
    const files = join(this.#folder, 'files');
    for (const folder of [files, mount]) mkdirSync(folder);
    for (const [name, bytes] of Object.entries(sound)) writeFileSync(join(files, name), bytes);
    writeFileSync(this.#image, '');
    truncateSync(this.#image, BYTES);
    const options = ['-q', '-b', String(BLOCK), '-O', '^has_journal,^metadata_csum'];
    execFileSync('mkfs.ext4', [...options, '-d', files, this.#image]);
    for (const [name, bytes] of Object.entries(failing)) {
      const path = join(this.#folder, name);
      writeFileSync(path, bytes);
      this.#debug(`write ${path} ${name}`);
      const [first = ''] = this.#debug(`blocks ${name}`).trim().split(/\s+/);
      this.#end = Math.min(this.#end, Number(first) * BLOCK);
    }
    this.#device = execFileSync('losetup', ['--find', '--show', this.#image], { encoding: 'utf8' }).trim();
  }

  /** Whether this machine can have such a card. */
  static isPossible(): boolean {
    const probe = mkdtempSync(join(tmpdir(), 'tiezheng-card-'));
    try {
      const card = new FailingCard(join(probe, 'mount'), {}, {});
      card.attach();
      card.destroy();
      return true;
    } catch {
      return false;
    } finally {
      rmSync(probe, { recursive: true });
    }
  }

  attach(): void {
    execFileSync('mount', ['-t', 'ext4', '-o', 'nodev,nosuid,noexec', this.#device, this.#mount]);
  }

  detach(): void {
    execFileSync('umount', [this.#mount]);
  }

  /** The next time that it is attached, the end is gone. */
  fail(): void {
    truncateSync(this.#image, this.#end);
  }

  destroy(): void {
    spawnSync('umount', [this.#mount]);
    spawnSync('losetup', ['--detach', this.#device]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #debug = (request: string): string =>
    execFileSync('debugfs', ['-w', '-R', request, this.#image], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
}
