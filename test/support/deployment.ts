import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { configSchema, inFiles, readConfig } from '../../server/config.ts';
import { DRAIN_MS, HEADERS_MS, KEEP_ALIVE_MS } from '../../server/serve.ts';
import { SHORTEST_LOCK_DAYS } from '../../storage/objects/locked-evidence.ts';

/** Texts of the files that make up the installation with Docker, by path from the root. */
export type Files = Record<(typeof paths)[number], string>;
const paths = [
  'docker-compose.yml',
  'Dockerfile',
  '.dockerignore',
  'deploy/Caddyfile',
  'deploy/mongo-users.js',
  'deploy/s3-policy.json',
  'scripts/secrets.sh',
  'server/app.ts',
  'package.json',
] as const;

const root = new URL('../../', import.meta.url);

export const readFiles = (): Files =>
  Object.fromEntries(paths.map((path) => [path, readFileSync(new URL(path, root), 'utf8')])) as Files;

interface Service {
  image: string;
  build?: { target: string };
  user?: string;
  restart?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  logging?: { options?: Record<string, string> };
  networks?: string[];
  ports?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  configs?: { source: string }[];
  volumes?: string[];
  command?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  stop_grace_period?: string;
  deploy?: { resources: { limits: Record<string, unknown> } };
}

interface Composition {
  services: Record<string, Service>;
  networks: Record<string, { ipam?: { config: { subnet: string }[] }; internal?: boolean }>;
  volumes: Record<string, unknown>;
  configs: Record<string, { file: string }>;
  secrets: Record<string, { file: string }>;
}

/** A check adds a line to `faults` for all that does not fit. */
type Check = (composition: Composition, files: Files, faults: string[]) => void;

/** What does not fit between docker-compose.yml, the image, the proxy and the program; none when all is well. */
export function faultsOf(files: Files): string[] {
  const composition: Composition = parse(files['docker-compose.yml'], { merge: true });
  const faults: string[] = [];
  for (const check of checks) check(composition, files, faults);
  return faults;
}

/** Services that run the program for good: each a process of the installation. */
const processesOf = ({ services }: Composition) =>
  Object.entries(services).filter(([, { environment }]) => environment?.DATABASE_URL_FILE);

/** `${NAME:-value}` as its value; what has no default stands for an address. */
const settled = (text: string) =>
  text.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1').replace(/\$\{[A-Z_]+:\?[^}]*\}/g, 'https://host.example');

const seconds = (text = '') => {
  const [, number, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  return Number(number) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[unit ?? ''] ?? Number.NaN);
};

const settings: Check = (composition, _files, faults) => {
  const { services } = composition;
  for (const [name, { image, environment = {}, secrets = [] }] of Object.entries(services)) {
    if (!image.startsWith('tiezheng')) continue;
    const plain: Record<string, string> = {};
    for (const [variable, value] of Object.entries(environment)) {
      if (['HOME', 'SECRETS'].includes(variable)) continue;
      const setting = variable.replace(/_FILE$/, '');
      const known = variable in configSchema.shape || (variable.endsWith('_FILE') && inFiles.has(setting));
      if (!known) faults.push(`${name}: ${variable} is no setting`);
      const secret = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];
      if (variable.endsWith('_FILE') && !(secret && secrets.includes(secret)))
        faults.push(`${name}: ${variable} names a secret that it is not given`);
      if (!variable.endsWith('_FILE')) plain[variable] = settled(value);
    }
    try {
      readConfig(plain);
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
    }
  }
  const folders = processesOf(composition).map(([name, { environment, volumes = [] }]) => {
    const data = volumes.find((volume) => volume.endsWith(`:${environment?.DATA_DIR}`));
    if (!data) faults.push(`${name}: DATA_DIR is not on a volume`);
    if (!environment?.MASTER_KEY_FILE) faults.push(`${name}: it would make a master key of its own`);
    return data;
  });
  if (folders.length < 2 || new Set(folders).size !== folders.length)
    faults.push('there are not two processes with a folder each');
};

const health: Check = ({ services }, files, faults) => {
  const ours = [...files['docker-compose.yml'].matchAll(/healthy\.mjs, (\/\w+)/g)].map(([, path]) => path);
  const proxied = /health_uri (\S+)/.exec(files['deploy/Caddyfile'])?.[1];
  const built = /HEALTHCHECK .*"(\/\w+)"\]/.exec(files.Dockerfile)?.[1];
  for (const path of [...ours, proxied, built]) {
    if (!files['server/app.ts'].includes(`app.get('${path}'`)) faults.push(`${path} is no health path`);
  }
  for (const [name, { healthcheck, restart }] of Object.entries(services)) {
    if (restart !== 'no' && !healthcheck) faults.push(`${name}: nobody asks how it is`);
  }
};

const waiting: Check = (composition, _files, faults) => {
  const { services } = composition;
  for (const [name, { depends_on = {} }] of Object.entries(services)) {
    for (const [other, { condition }] of Object.entries(depends_on)) {
      const once = services[other]?.restart === 'no';
      if (condition !== (once ? 'service_completed_successfully' : 'service_healthy'))
        faults.push(`${name}: ${other} is waited for wrongly`);
    }
  }
  for (const [name, { stop_grace_period }] of processesOf(composition)) {
    if (!(seconds(stop_grace_period) >= DRAIN_MS / 1000 + 20))
      faults.push(`${name}: it is killed before it has drained`);
  }
};

const confinement: Check = ({ services, networks }, files, faults) => {
  const used = /^USER (\S+)$/m.exec(files.Dockerfile)?.[1];
  for (const [name, service] of Object.entries(services)) {
    const { user = '', image, build, read_only, cap_drop, security_opt, logging, deploy, restart, ports } = service;
    if (!/^[1-9]\d*:[1-9]\d*$/.test(user)) faults.push(`${name}: it runs as root`);
    if (image.startsWith('tiezheng:') && service.environment?.DATA_DIR && user !== used)
      faults.push(`${name}: its user is not the image's`);
    if (!read_only) faults.push(`${name}: its file system can be written to`);
    if (cap_drop?.[0] !== 'ALL') faults.push(`${name}: it keeps capabilities`);
    if (!security_opt?.includes('no-new-privileges:true')) faults.push(`${name}: it may gain privileges`);
    if (!logging?.options?.['max-size']) faults.push(`${name}: its log has no limit`);
    const { cpus, memory, pids } = deploy?.resources.limits ?? {};
    if (!cpus || !memory || !pids) faults.push(`${name}: it has no limits`);
    if (restart !== 'no' && restart !== 'unless-stopped') faults.push(`${name}: it stays down`);
    if (ports && name !== 'proxy') faults.push(`${name}: it is reached past the proxy`);
    if (!build && !/:(\d+\.\d+\.\d+|RELEASE\.[\dTZ-]+)(@sha256:[0-9a-f]{64})?$/.test(image))
      faults.push(`${name}: ${image} is not pinned`);
    if (build && !image.endsWith(`:${JSON.parse(files['package.json']).version}`))
      faults.push(`${name}: ${image} is not this version`);
  }
  if (!networks.back?.internal) faults.push('database and objects are reached from outside');
  if (!/^ARG DEBIAN=debian:\w+-\d{8}-slim$/m.test(files.Dockerfile)) faults.push('the base image is not pinned');
};

const secrecy: Check = ({ services, secrets, configs }, files, faults) => {
  const made = new Set(
    [...files['scripts/secrets.sh'].matchAll(/put "\$(\w+)" (\w+)/g)].map(([, owner, name]) => `${name} ${owner}`),
  );
  const owners = new Map(
    [...files['scripts/secrets.sh'].matchAll(/\b(app|s3|proxy|mongo)=(\d+)/g)].map(([, owner, id]) => [
      `${id}:${id}`,
      owner,
    ]),
  );
  const given = new Set<string>();
  for (const [name, service] of Object.entries(services)) {
    for (const secret of service.secrets ?? []) {
      given.add(secret);
      if (secrets[secret]?.file !== `secrets/${secret}`) faults.push(`${name}: ${secret} is not declared`);
      if (!made.has(`${secret} ${owners.get(service.user ?? '')}`))
        faults.push(`${name}: ${secret} is not made for its user`);
    }
    for (const { source } of service.configs ?? [])
      if (!configs[source]) faults.push(`${name}: ${source} is not declared`);
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      if (/PASSWORD|SECRET|KEY|TOKEN/.test(variable) && !/^\/run\/secrets(\/\w+)?$/.test(value))
        faults.push(`${name}: ${variable} holds a secret in clear`);
    }
  }
  for (const secret of Object.keys(secrets)) if (!given.has(secret)) faults.push(`${secret} is of no use`);
  if (!/^secrets$/m.test(files['.dockerignore'])) faults.push('secrets would go into the image');
};

const proxy: Check = (composition, files, faults) => {
  const text = files['deploy/Caddyfile'].replace(/#.*$/gm, '');
  const value = (name: string) => new RegExp(`^\\s*${name} (.+)$`, 'm').exec(text)?.[1];
  const upstreams = /\{\$UPSTREAMS:([^}]*)\}/.exec(text)?.[1]?.split(' ').sort();
  const wanted = processesOf(composition).map(([name, { environment }]) => `${name}:${environment?.PORT}`);
  if (upstreams?.join() !== wanted.sort().join()) faults.push('the proxy has other upstreams');
  const port = /\{\$SITE_ADDRESS::(\d+)\}/.exec(text)?.[1];
  if (!composition.services.proxy?.ports?.some((mapping) => mapping.endsWith(`:${port}`)))
    faults.push('the proxy listens on another port');
  if (!value('lb_policy')?.startsWith('cookie ')) faults.push('a viewing would change its process');
  if (value('flush_interval') !== '-1') faults.push('answers are buffered');
  // Each of these would end a long transfer, or hold it back.
  const limits =
    /\b(request_body|max_size|read_body|write|(read|write|response_header)_timeout|(request|response)_buffers)\b/;
  const limit = limits.exec(text)?.[1];
  if (limit) faults.push(`${limit} cuts transfers`);
  const { IDLE_SECONDS } = readConfig({});
  if (!(seconds(value('keepalive')) < Math.min(IDLE_SECONDS, KEEP_ALIVE_MS / 1000)))
    faults.push('the proxy would write to connections that the service has closed');
  if (!(seconds(value('read_header')) <= HEADERS_MS / 1000)) faults.push('headers may take longer than at the service');
  const front = composition.networks.front?.ipam?.config[0]?.subnet;
  for (const [name, { environment, networks }] of processesOf(composition)) {
    if (environment?.TRUSTED_PROXIES !== front || !networks?.includes('front'))
      faults.push(`${name}: it does not believe the proxy`);
  }
};

const RETAIN = 's3:PutObjectRetention';

interface Policy {
  Statement: {
    Effect: string;
    Action: string[];
    Resource: string[];
    Condition?: { NumericLessThan?: Record<string, string> };
  }[];
}

const engines: Check = ({ services }, files, faults) => {
  const expiry = seconds(services.s3?.environment?.MINIO_API_STALE_UPLOADS_EXPIRY) / 86_400;
  if (!(expiry > longest('DOCK_UPLOAD_DAYS'))) faults.push('the S3 server drops uploads that rest');
  const members = Object.keys(services)
    .filter((name) => /^mongo-\d+$/.test(name))
    .map((name) => `${name}:27017`);
  const initiated = /MEMBERS = \[([^\]]*)\]/.exec(files['deploy/mongo-users.js'])?.[1]?.replace(/[' ]/g, '');
  const addressed = /^members=(\S+)$/m.exec(files['scripts/secrets.sh'])?.[1];
  if (members.join() !== initiated || members.join() !== addressed)
    faults.push('the replica set has other members than the address');
  for (const name of members.map((member) => member.split(':')[0] as string)) {
    const { command = [] } = services[name] ?? {};
    if (!command.includes('--keyFile') || command[command.indexOf('--replSet') + 1] !== 'tiezheng')
      faults.push(`${name}: it is no member that asks for a key`);
  }
  const policy: Policy = JSON.parse(files['deploy/s3-policy.json']);
  const shortest = policy.Statement.find(({ Action, Effect }) => Effect === 'Deny' && Action[0] === RETAIN)?.Condition;
  const { OBJECT_LOCK_DAYS } = services['app-1']?.environment ?? {};
  const days = Math.min(SHORTEST_LOCK_DAYS, Number(OBJECT_LOCK_DAYS ?? readConfig({}).OBJECT_LOCK_DAYS));
  if (Number(shortest?.NumericLessThan?.['s3:object-lock-remaining-retention-days']) !== days)
    faults.push(`locks shorter than ${days} days are not refused, or longer ones are`);
  const allowed = policy.Statement.filter(({ Effect }) => Effect === 'Allow');
  if (allowed.some(({ Action }) => Action.some((action) => /Bypass|\*/.test(action))))
    faults.push('the service may lift locks');
  const bucket = /@s3:9000\/([a-z-]+)\?/.exec(files['scripts/secrets.sh'])?.[1];
  const buckets = new Set(allowed.flatMap(({ Resource }) => Resource.map((arn) => arn.replace(/^.*:::|\/\*$/g, ''))));
  if ([...buckets].sort().join() !== [bucket, `${bucket}-work`].join()) faults.push('the policy is of other buckets');
};

/** The largest number that a setting takes. */
function longest(setting: string): number {
  let days = 1;
  const takes = (value: number) => {
    try {
      return readConfig({ [setting]: String(value) }) !== undefined;
    } catch {
      return false;
    }
  };
  while (takes(days + 1)) days++;
  return days;
}

const checks: Check[] = [settings, health, waiting, confinement, secrecy, proxy, engines];
