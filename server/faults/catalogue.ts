import { accessFaults } from './access.ts';
import { archiveFaults } from './archive.ts';
import { disposalFaults } from './disposal.ts';
import { dockingFaults } from './docking.ts';
import { ingestFaults } from './ingest.ts';
import { personalFaults } from './personal.ts';
import { requestFaults } from './request.ts';
import { retrievalFaults } from './retrieval.ts';
import { serviceFaults } from './service.ts';
import { thingFaults } from './things.ts';

/** What a clerk reads, title and detail; `{name}` in a detail is filled from the fault's params. */
type Texts = readonly [title: string, detail: string];

/** Problems by their codes, which never change: the HTTP status, and the texts in Chinese and English. */
export type Catalogue = Readonly<Record<string, { status: number; zh: Texts; en: Texts }>>;

/** Every problem that the service answers. One place turns a Fault into RFC 9457 problem+json: http/problem.ts. */
export const catalogue = {
  ...requestFaults,
  ...serviceFaults,
  ...accessFaults,
  ...thingFaults,
  ...ingestFaults,
  ...retrievalFaults,
  ...dockingFaults,
  ...personalFaults,
  ...archiveFaults,
  ...disposalFaults,
} as const satisfies Catalogue;

export type FaultCode = keyof typeof catalogue;
