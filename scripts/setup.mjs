#!/usr/bin/env node
// Makes a fresh clone ready: packages from the lock file, ffmpeg where it may be installed, the pages; with --browser also
// the browser that tests it, with --rsync what the bench compares with.
// Plain JavaScript for any Node >= 18, because it runs before the pinned runtime is there. Does nothing when nothing is missing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.tiezheng-lock');

function run(command, args, options = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env, ...options });
  return result.status === 0;
}

const has = (command) => spawnSync(command, ['-version'], { stdio: 'ignore' }).error === undefined;

/** Installs a Debian package where that is allowed; false when it is not there afterwards. */
function installProgram(name) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.error(`tiezheng: installing ${name} (安装 ${name})`);
  run('apt-get', ['update', '-q']);
  return run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name]);
}

function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // Packages that are shared with another clone are not this one's to replace.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  console.error('tiezheng: installing packages from package-lock.json (依赖安装中)');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = npm ? run(process.execPath, [npm, ...args]) : run('npm', args);
  if (!done) {
    console.error('tiezheng: npm ci failed; see the lines above (依赖安装失败)');
    process.exit(1);
  }
  linkRuntime();
  writeFileSync(stamp, wanted);
}

/** The pinned runtime as node_modules/.bin/node. Some npm versions leave the link out, since several packages offer that name. */
function linkRuntime() {
  const runtime = `node-${process.platform}-${process.arch}`;
  const link = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(join(root, 'node_modules', runtime, 'bin', 'node'))) {
    if (Number(process.versions.node.split('.')[0]) >= 26) return;
    console.error(
      `tiezheng: no runtime for ${process.platform}-${process.arch} is packaged; install Node.js 26 (请安装 Node.js 26)`,
    );
    process.exit(1);
  }
  if (existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(join('..', runtime, 'bin', 'node'), link);
}

function installFfmpeg() {
  if (process.env.FFPROBE_PATH || has('ffprobe')) return;
  if (installProgram('ffmpeg')) return;
  console.error(
    'tiezheng: no ffmpeg here; footage is taken and sealed, its probe is marked unavailable (未安装 ffmpeg)',
  );
}

function installBrowser() {
  if (process.env.CHROMIUM_PATH || existsSync('/usr/bin/chromium') || installProgram('chromium')) return;
  console.error('tiezheng: no chromium here; what a browser says of the pages is not tested (未安装 chromium)');
}

/** What the bench compares the dock with. */
function installRsync() {
  if (spawnSync('rsync', ['--version'], { stdio: 'ignore' }).error === undefined || installProgram('rsync')) return;
  console.error('tiezheng: no rsync here; the dock is compared with cp (未安装 rsync)');
}

/** web/dist: the pages and verify.html; nothing is done when they are those of the sources. */
function buildPages() {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  if (
    run(existsSync(pinned) ? pinned : process.execPath, [join('web', 'build.ts')], { stdio: ['ignore', 'ignore', 2] })
  )
    return;
  console.error('tiezheng: the pages or verify.html were not built (页面未生成)');
}

installPackages();
installFfmpeg();
buildPages();
if (process.argv.includes('--browser')) installBrowser();
if (process.argv.includes('--rsync')) installRsync();
