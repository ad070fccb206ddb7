import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleProvider } from 'minio/dist/esm/AssumeRoleProvider.mjs';
import { after, before, describe, it } from 'mocha';
import type { RecordState } from '../../server/records/events.ts';
import { evidenceOf } from '../../server/seal/record-evidence.ts';
import { manifestKey, originalKey } from '../../storage/objects/layout.ts';
import { parseS3Url, s3Client } from '../../storage/objects/s3-address.ts';
import { S3Bucket } from '../../storage/objects/s3-bucket.ts';
import { S3Locks } from '../../storage/objects/s3-locks.ts';
import { disposalPolicy, type S3Policy, servicePolicy } from '../../storage/objects/s3-policies.ts';
import { minioClient } from '../../storage/objects/s3-provision.ts';
import { mongoUrl } from '../contracts/mongo-server.ts';
import { s3Urls } from '../contracts/s3-objects.ts';
import { foundAgency } from '../support/agency.ts';
import { Clock, startApp } from '../support/app.ts';
import { Client, must } from '../support/client.ts';
import { approveDisposal, carriedOut, openBureau, PAST_TERM } from '../support/disposing.ts';
import { startServer, tiezheng } from '../support/process.ts';
import { placeOn, type ServerPlace } from '../support/server-place.ts';
import { bring, film, settled } from '../support/uploads.ts';

/** How long the lock lasts that has not lapsed at the first run, ms. */
const LOCK_MS = 45_000;

type Env = Record<string, string>;

if (mongoUrl)
  for (const [name, server] of Object.entries(s3Urls)) {
    describe(`disposal on ${name}`, function () {
      this.timeout(180_000);
      const address = () => parseS3Url(settings.OBJECTS_URL as string);
      let its: ServerPlace;
      let settings: Record<string, string>;
      let chain: string;
      let list: string;
      let cookie: string | undefined;
      let officer: string | undefined;
      /** Keys that are to go: of a record without a lock, and of one under a lock for a while. */
      let free: string[];
      let locked: string[];
      let stays: string[];

      before(async () => {
        its = await placeOn(server, { OBJECT_LOCK: 'off' });
        settings = its.settings;
        const clock = new Clock();
        clock.advance(-PAST_TERM);
        const app = await startApp({ dataDir: settings.DATA_DIR as string, config: settings, clock });
        const agency = await foundAgency(app);
        const bureau = await openBureau(agency);
        chain = agency.id;
        const records: RecordState[] = [];
        for (const seed of [1, 2, 3]) {
          const id = await bring(bureau.officer.client, film(4000, seed), { filename: '现场.mp4' });
          records.push(await settled(agency, id));
        }
        clock.advance(PAST_TERM);
        for (const { id, client } of [bureau.officer, bureau.archivist, bureau.approver])
          client.cookie = (await agency.signIn(id)).cookie;
        [cookie, officer] = [bureau.approver.client.cookie, bureau.officer.client.cookie];
        list = await approveDisposal(bureau, [records[0]?.id as string, records[1]?.id as string]);
        await carriedOut(agency, list);
        const going = ({ object, manifest }: RecordState) => [
          originalKey(chain, object?.sha256 as string),
          manifestKey(chain, manifest?.sha256 as string),
        ];
        [free, locked] = [going(records[0] as RecordState), going(records[1] as RecordState)];
        stays = evidenceOf(chain, records[2] as RecordState).map(({ key }) => key);
        await app.stop();
        // A version that somebody put over it, and a marker that hides both.
        const client = s3Client(address());
        const bucket = new S3Bucket(client, address().evidence);
        const [Key = ''] = free;
        await client.send(new PutObjectCommand({ ...bucket.at(Key), Body: 'another' }));
        await client.send(new DeleteObjectCommand(bucket.at(Key)));
        client.destroy();
      });

      after(() => its.discard());

      /** Ids of all versions and markers of a key, as a client that is not ours lists them. */
      const versions = async (key: string): Promise<string[]> => {
        const client = minioClient(address());
        const found: string[] = [];
        for await (const item of client.listObjects(address().evidence, key, true, { IncludeVersion: true }))
          found.push((item as { versionId?: string }).versionId ?? '');
        return found;
      };

      async function lockFor(milliseconds: number): Promise<Date> {
        const client = s3Client(address());
        const until = new Date(Date.now() + milliseconds);
        const locks = new S3Locks(new S3Bucket(client, address().evidence));
        for (const key of locked) await locks.retain(key, { mode: 'governance', until });
        client.destroy();
        return until;
      }

      /** Credentials with a policy and no more: of MinIO for a session, of Ceph those of a user whom the bucket lets in. */
      async function credentials(policy: S3Policy): Promise<Env> {
        const { endpoint, evidence, credentials: own } = address();
        if (name === 'minio') {
          const [accessKey, secretKey] = [own?.accessKeyId ?? '', own?.secretAccessKey ?? ''];
          const asked = { stsEndpoint: endpoint, accessKey, secretKey, policy: JSON.stringify(policy) };
          const given = await new AssumeRoleProvider({ ...asked, durationSeconds: 3600 }).getCredentials();
          return {
            AWS_ACCESS_KEY_ID: given.getAccessKey(),
            AWS_SECRET_ACCESS_KEY: given.getSecretKey(),
            AWS_SESSION_TOKEN: given.getSessionToken() ?? '',
          };
        }
        await minioClient(address()).setBucketPolicy(evidence, JSON.stringify(policy));
        writeFileSync(join(its.folder, 'disposal'), 'disposalkey:disposalsecret\n');
        return { OBJECTS_DISPOSAL_FILE: join(its.folder, 'disposal') };
      }

      const dispose = (given: Env, ...args: string[]) => tiezheng(['dispose', ...args], { ...settings, ...given });
      const printed = async (...args: string[]): Promise<S3Policy> =>
        JSON.parse((await tiezheng(['provision', '--policy', 'disposal', ...args], settings)).out);

      it('is refused without credentials of its own, and to those of the service', async () => {
        const none = await dispose({}, '--yes');
        assert.equal(none.code, 2, none.out + none.err);
        assert.match(none.err, /OBJECTS_DISPOSAL/);
        const service = servicePolicy(address(), 180);
        const given =
          name === 'minio'
            ? await credentials(service)
            : { OBJECTS_DISPOSAL: 'disposalkey:disposalsecret', AWS_EC2_METADATA_DISABLED: 'true' };
        const { code, out, err } = await dispose(given, '--yes');
        assert.equal(code, 1, out + err);
        assert.match(out, /AccessDenied/);
        assert.match(out, /deleted: 0, /);
        assert.equal((await versions(free[0] as string)).length, 3);
        assert.equal((await versions(free[1] as string)).length, 1);
      });

      it('deletes every version by its id, beside a live service, and leaves what is locked', async () => {
        const policy = await printed(...(name === 'minio' ? [] : ['--principal', 'arn:aws:iam:::user/disposal']));
        assert.deepEqual(
          policy,
          disposalPolicy(address(), name === 'minio' ? undefined : 'arn:aws:iam:::user/disposal'),
        );
        const given = await credentials(policy);
        const service = startServer(settings.DATA_DIR as string, settings);
        const client = new Client(await service.origin, cookie);
        const listed = await dispose(given);
        assert.equal(listed.code, 0, listed.out + listed.err);
        for (const key of [...free, ...locked]) assert.ok(listed.out.includes(key));
        assert.equal((await versions(free[0] as string)).length, 3);
        const lockedUntil = await lockFor(LOCK_MS);
        const first = await dispose(given, '--yes');
        assert.equal(first.code, 0, first.out + first.err);
        assert.match(first.out, /deleted: 2, .*locked: 2, .*refused: 0/);
        for (const key of free) assert.deepEqual(await versions(key), []);
        for (const key of locked) {
          assert.equal((await versions(key)).length, 1);
          assert.match(first.out, new RegExp(`${key}\t.*locked until ${lockedUntil.toISOString().slice(0, 16)}`));
        }
        const gone = async () =>
          (must(await client.get(`/disposals/${list}`)).records as { original: string }[]).map((one) => one.original);
        const until = async (expected: string[]) => {
          for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100))
            if ((await gone()).join() === expected.join()) return;
          assert.deepEqual(await gone(), expected);
        };
        await until(['gone', 'due']);
        await sleep(Math.max(0, lockedUntil.getTime() + 2000 - Date.now()));
        const second = await dispose(given, '--yes');
        assert.match(second.out, /deleted: 2, .*locked: 0, .*refused: 0/);
        for (const key of locked) assert.deepEqual(await versions(key), []);
        for (const key of stays) assert.equal((await versions(key)).length, 1);
        await until(['gone', 'gone']);
        const { err } = await service.kill();
        assert.doesNotMatch(err, /"level":50/);
        const { code, out } = await tiezheng(['fsck'], settings);
        assert.equal(code, 0, out);
      });

      if (name === 'minio')
        it('is beyond the service: its policy lets it seal the same bytes again, and delete no version of them', async () => {
          const rights = await credentials(servicePolicy(address(), 180));
          const url = new URL(settings.OBJECTS_URL as string);
          url.username = '';
          url.password = '';
          const own = { ...settings, ...rights, OBJECTS_URL: url.href, OBJECT_LOCK: 'required' };
          const service = startServer(settings.DATA_DIR as string, own);
          const client = new Client(await service.origin, officer);
          const id = await bring(client, film(4000, 1), { filename: '又一次.mp4' });
          for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100))
            if (must(await client.get(`/records/${id}`)).state === 'sealed') break;
          assert.equal(must(await client.get(`/records/${id}`)).state, 'sealed');
          await service.kill();
          const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = rights;
          const thief = new S3Client({
            ...{ endpoint: address().endpoint, region: 'us-east-1', forcePathStyle: true },
            credentials: {
              accessKeyId: AWS_ACCESS_KEY_ID,
              secretAccessKey: AWS_SECRET_ACCESS_KEY,
              sessionToken: AWS_SESSION_TOKEN,
            },
          });
          const [key = ''] = stays;
          const at = { Bucket: address().evidence, Key: key };
          const denied = (error: { name: string }) => error.name === 'AccessDenied';
          const [VersionId] = await versions(key);
          await assert.rejects(thief.send(new DeleteObjectCommand({ ...at, VersionId })), denied, 'not under a lock');
          await assert.rejects(thief.send(new DeleteObjectCommand(at)), denied);
          thief.destroy();
          assert.equal((await versions(key)).length, 1);
        });
    });
  }
