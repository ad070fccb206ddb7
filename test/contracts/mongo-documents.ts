import { MongoDocumentStore } from '../../storage/documents/mongo.ts';
import { openMongo } from '../../storage/mongo/database.ts';
import type { DocumentEngine } from './document-engine.ts';
import { databases } from './mongo-server.ts';

export const engine: DocumentEngine = {
  ...databases,
  async open(place, kinds) {
    const connection = await openMongo(place);
    return { store: await MongoDocumentStore.open(connection, kinds), close: () => connection.close() };
  },
  async damage(place, kind, id, from, to) {
    const connection = await openMongo(place);
    const rows = connection.collection<{ _id: string; body: string }>(`documents.${kind}`);
    const body = (await rows.findOne({ _id: id }))?.body ?? '';
    if (!body.includes(from)) throw new Error(`the stored body has no ${from}`);
    await rows.updateOne({ _id: id }, { $set: { body: body.replace(from, to) } });
    await connection.close();
  },
};
