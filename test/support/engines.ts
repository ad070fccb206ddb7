import { createHash } from 'node:crypto';
import { it } from 'mocha';
import { parseS3Url } from '../../storage/objects/s3-address.ts';
import { provisionS3 } from '../../storage/objects/s3-provision.ts';
import { databases } from '../contracts/mongo-server.ts';
import { engineOn, s3Server } from '../contracts/s3-objects.ts';

const onServers = process.env.TEST_ENGINES === 'servers';

/** Of what files on this machine do and servers do not: how soon bytes are told of, what is open, how much room there is. No test elsewhere. */
export const itOnFiles: (title: string, test: Mocha.AsyncFunc) => void = onServers ? () => {} : it;

/** Settings of the engines behind an app of the tests: with TEST_ENGINES=servers a database and buckets that belong to its folder. */
export async function enginesOf(dataDir: string): Promise<Record<string, string>> {
  if (!onServers) return {};
  const name = `tz-${createHash('sha256').update(dataDir).digest('hex').slice(0, 20)}`;
  const at = (server: string) => {
    const url = new URL(server);
    url.pathname = `/${name}`;
    return url.href;
  };
  await provisionS3(parseS3Url(at(s3Server)));
  return { DATABASE_URL: at(process.env.TEST_MONGODB_URL as string), OBJECTS_URL: at(s3Server) };
}

export async function discardEngines({ DATABASE_URL, OBJECTS_URL }: Record<string, string>): Promise<void> {
  if (DATABASE_URL) await databases.discard(DATABASE_URL);
  if (OBJECTS_URL) await engineOn(OBJECTS_URL).discard(OBJECTS_URL);
}
