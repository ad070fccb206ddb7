import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * `npm run bundle`: for each architecture one archive with all that an installation without a network needs: sources of a commit, the
 * packages of its lock file with the right runtime, the built page, digests of all, an installer and a systemd unit. The machine that
 * makes it reaches a registry; where a Docker daemon answers, the images of docker-compose.yml are saved beside it.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const ARCHITECTURES = ['x64', 'arm64'];
const usage = 'usage: npm run bundle -- [--commit COMMIT] [--arch x64,arm64] [--out DIR]';

function run(command: string, args: string[], cwd = root): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      commit: { type: 'string', default: 'HEAD' },
      arch: { type: 'string', default: ARCHITECTURES.join() },
      out: { type: 'string', default: join(root, 'dist') },
    },
  });
  const architectures = values.arch.split(',');
  const unknown = architectures.find((arch) => !ARCHITECTURES.includes(arch));
  if (unknown !== undefined) throw new Error(`no architecture ${unknown}`);
  return {
    commit: run('git', ['rev-parse', '--verify', `${values.commit}^{commit}`]).trim(),
    architectures,
    out: resolve(values.out),
  };
}

/** The tree of a commit, and its page, built by the packages that are installed here when they are of the same lock file. */
function layOut(commit: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const archive = `${folder}.tar`;
  run('git', ['archive', '--format=tar', '-o', archive, commit]);
  run('tar', ['-xf', archive, '-C', folder]);
  rmSync(archive);
  const lock = 'package-lock.json';
  if (!readFileSync(join(folder, lock)).equals(readFileSync(join(root, lock))))
    throw new Error('the commit has another package-lock.json than this clone: check it out first');
  const links = ['node_modules', join('web', 'node_modules')].filter((path) => existsSync(join(root, path)));
  for (const path of links) symlinkSync(join(root, path), join(folder, path));
  run(process.execPath, [join('web', 'build.ts')], folder);
  for (const path of links) rmSync(join(folder, path));
}

/** Packages that run, for a machine of `arch`, whatever this one is. Their install scripts are not run. */
function installPackages(folder: string, arch: string): void {
  const target = ['--os=linux', `--cpu=${arch}`, '--libc=glibc'];
  run(
    'npm',
    ['ci', '--omit=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', ...target],
    folder,
  );
  const modules = join(folder, 'node_modules');
  for (const other of ARCHITECTURES) {
    if (other !== arch) rmSync(join(modules, `node-linux-${other}`), { recursive: true, force: true });
  }
  const runtime = join(`node-linux-${arch}`, 'bin', 'node');
  if (!existsSync(join(modules, runtime)))
    throw new Error(`npm brought no runtime for ${arch}: npm 10 or later is needed`);
  for (const unused of ['include', 'share'])
    rmSync(join(modules, dirname(dirname(runtime)), unused), { recursive: true, force: true });
  // Nothing else there is run, and some link to what is not there.
  rmSync(join(modules, '.bin'), { recursive: true, force: true });
  mkdirSync(join(modules, '.bin'));
  symlinkSync(join('..', runtime), join(modules, '.bin', 'node'));
  chmodSync(join(modules, runtime), 0o755);
}

/** SHA256SUMS of every file of a folder, in one order. */
function list(folder: string): void {
  const sums = 'find . -type f ! -path ./SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > SHA256SUMS';
  run('sh', ['-c', sums], folder);
}

/** An archive whose bytes depend on its content alone. */
function pack(folder: string, name: string, time: string, out: string): string {
  const file = join(out, `${name}.tar.gz`);
  const same = ['--sort=name', `--mtime=@${time}`, '--owner=0', '--group=0', '--numeric-owner', '--format=gnu'];
  run('tar', [...same, '--use-compress-program=gzip -n', '-cf', file, name], folder);
  return file;
}

/** Images of docker-compose.yml for this machine's architecture, where a daemon answers. */
function saveImages(commit: string, out: string): string[] {
  if (spawnSync('docker', ['info'], { stdio: 'ignore' }).status !== 0) {
    process.stderr.write('no Docker daemon here: images are not saved (未保存镜像)\n');
    return [];
  }
  const compose = (...args: string[]) => run('docker', ['compose', '--env-file', '/dev/null', ...args]);
  process.env.PUBLIC_URL ??= 'https://localhost';
  compose('build');
  compose('pull', '--ignore-buildable');
  const file = join(out, `tiezheng-images-${commit.slice(0, 12)}-linux-${process.arch}.tar`);
  run('docker', ['save', '-o', file, ...new Set(compose('config', '--images').trim().split('\n'))]);
  return [file];
}

function bundle(): void {
  const { commit, architectures, out } = readOptions();
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(out, '.work-'));
  try {
    const tree = join(work, 'tree');
    layOut(commit, tree);
    const { version } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as { version: string };
    const release = `${version}-${commit.slice(0, 12)}`;
    const time = run('git', ['show', '-s', '--format=%ct', commit]).trim();
    const files = architectures.map((arch) => {
      const name = `tiezheng-${release}-linux-${arch}`;
      const folder = join(work, name);
      cpSync(tree, join(folder, 'app'), { recursive: true, verbatimSymlinks: true });
      installPackages(join(folder, 'app'), arch);
      copyFileSync(join(tree, 'deploy', 'offline', 'install.sh'), join(folder, 'install.sh'));
      writeFileSync(join(folder, 'VERSION'), `${release}\n`);
      writeFileSync(join(folder, 'ARCH'), `${arch}\n`);
      list(folder);
      const file = pack(work, name, time, out);
      rmSync(folder, { recursive: true });
      return file;
    });
    process.stdout.write(run('sha256sum', [...files, ...saveImages(commit, out)]));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  bundle();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exitCode = 1;
}
