import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cache, drivers, source } from './places.ts';

/**
 * Makes the outside judges ready: programs of Debian where this is root, and into the cache the Go, Java and Python ones, all of
 * pinned versions. What is there already is left as it is. A judge that cannot be had is told of, and its tests skip or fail.
 */
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath';

// Where Go's own installation puts it, which not every PATH names.
process.env.PATH += `${delimiter}/usr/local/go/bin`;

/** Debian's Python comes without venv. */
const probes: Record<string, string> = { python3: 'python3 -c "import ensurepip, venv"' };
const has = (command: string) => spawnSync('sh', ['-c', probes[command] ?? `command -v ${command}`]).status === 0;

function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}, cwd = source): void {
  const { status, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 2, 2],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} ends with ${status}`);
}

/** Does `work` unless it was done for these very sources; a failure is told and leaves nothing half-made behind. */
function once(name: string, folder: string, files: string[], work: () => void): void {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(source, file)));
  const digest = hash.digest('hex');
  const stamp = join(folder, '.made-of');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  console.error(`judges: ${name} is made ready (准备外部核验工具)`);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    work();
    writeFileSync(stamp, digest);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    console.error(`judges: ${name} cannot be had: ${(error as Error).message} (不可用)`);
  }
}

function installPrograms(): void {
  const packages: Record<string, string> = {
    openssl: 'openssl',
    unzip: 'unzip',
    pdfsig: 'poppler-utils',
    certutil: 'libnss3-tools',
    javac: 'default-jdk-headless',
    mvn: 'maven',
    go: 'golang-go',
    python3: 'python3-venv',
  };
  const missing = Object.keys(packages).filter((command) => !has(command));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    console.error(`judges: not here: ${missing.join(', ')} (本机没有)`);
    return;
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    run('apt-get', ['update', '-q'], env);
    const wanted = missing.map((command) => packages[command] as string);
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...wanted], env);
  } catch (error) {
    console.error(`judges: ${(error as Error).message}`);
  }
}

function buildGo(): void {
  const folder = dirname(drivers.go.needs);
  const files = readdirSync(join(source, 'go')).map((file) => join('go', file));
  once('go', folder, files, () => {
    const env = { GOFLAGS: '-mod=readonly -modcacherw -buildvcs=false', GOMODCACHE: join(cache, 'go-modules') };
    run(goCommand(env), ['build', '-o', drivers.go.needs, '.'], env, join(source, 'go'));
  });
}

/** Go from 1.21 on fetches the toolchain that go.mod names by itself (go.dev/doc/toolchain); for an older one it is fetched as the module that it is. */
function goCommand(env: { GOMODCACHE: string }): string {
  const [, minor = '0'] = /^go1\.(\d+)/.exec(String(spawnSync('go', ['env', 'GOVERSION']).stdout)) ?? [];
  if (Number(minor) >= 21) return 'go';
  const [, version] = /^go (\S+)$/m.exec(readFileSync(join(source, 'go', 'go.mod'), 'utf8')) ?? [];
  const toolchain = `golang.org/toolchain@v0.0.1-go${version}.linux-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  run('go', ['mod', 'download', toolchain], { ...env, GOFLAGS: '-modcacherw' }, cache);
  const root = join(env.GOMODCACHE, toolchain);
  // A module's files have no modes.
  for (const folder of ['bin', 'pkg/tool']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
      chmodSync(join(root, folder, file), 0o755);
  }
  return join(root, 'bin', 'go');
}

function buildJava(name: 'bagit' | 'dss' | 'sm2' | 'verapdf', main: string): void {
  const folder = dirname(drivers[name].needs);
  const files = [`java/${name}.xml`, `java/${main}.java`, 'java/Lines.java'];
  once(`${name} (Java)`, folder, files, () => {
    const list = join(folder, 'jars');
    const local = `-Dmaven.repo.local=${join(cache, 'maven')}`;
    run('mvn', ['-B', '-q', '-C', local, '-f', `java/${name}.xml`, DEPENDENCY_PLUGIN, `-Dmdep.outputFile=${list}`]);
    const jars = readFileSync(list, 'utf8').trim();
    run('javac', ['-d', folder, '-cp', jars, 'java/Lines.java', `java/${main}.java`]);
    writeFileSync(drivers[name].needs, `-cp "${[folder, jars].join(delimiter)}"\n`);
  });
}

function buildPython(): void {
  const folder = join(cache, 'python');
  once('python', folder, ['python/requirements.txt'], () => {
    run('python3', ['-m', 'venv', folder]);
    run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '-q', '--no-deps', '-r', 'python/requirements.txt']);
  });
}

installPrograms();
buildGo();
buildJava('bagit', 'BagitJudge');
buildJava('dss', 'DssJudge');
buildJava('sm2', 'Sm2Judge');
buildJava('verapdf', 'VeraJudge');
buildPython();
