import { randomUUID } from 'node:crypto';
import { openMongo } from '../../storage/mongo/database.ts';

/** Address of the MongoDB that the suites of servers run on; `npm run test:servers` sets it. */
export const mongoUrl = process.env.TEST_MONGODB_URL;

/** The part of an engine that every engine on MongoDB shares: a place is a database of its own. */
export const databases = {
  async place(): Promise<string> {
    const url = new URL(mongoUrl as string);
    url.pathname = `/tz-${randomUUID()}`;
    return url.href;
  },
  async discard(place: string): Promise<void> {
    const connection = await openMongo(place);
    await connection.dropDatabase();
    await connection.close();
  },
};
