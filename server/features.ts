import { accessRoutes } from './access/routes.ts';
import { archiveRoutes } from './archive/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { caseRoutes } from './cases/routes.ts';
import { certificateRoutes } from './certificates/routes.ts';
import { devicesRoutes } from './devices/routes.ts';
import { disposalRoutes } from './disposal/routes.ts';
import { dockingRoutes } from './docking/routes.ts';
import type { Feature } from './http/route.ts';
import { multipartRoutes } from './ingest/multipart.ts';
import { uploadRoutes } from './ingest/routes.ts';
import { tusRoutes } from './ingest/tus.ts';
import { logRoutes } from './log/routes.ts';
import { confirmationRoutes } from './personal/confirmation-routes.ts';
import { policyRoutes } from './policy/routes.ts';
import { recordRoutes } from './records/routes.ts';
import { retrievalRoutes } from './retrieval/routes.ts';
import { sealRoutes } from './seal/routes.ts';
import { subjectRoutes } from './subjects/routes.ts';
import { systemRoutes } from './system/routes.ts';

/** Every room that has an HTTP face. */
export const features: Feature[] = [
  accessRoutes,
  devicesRoutes,
  dockingRoutes,
  subjectRoutes,
  caseRoutes,
  recordRoutes,
  archiveRoutes,
  disposalRoutes,
  uploadRoutes,
  tusRoutes,
  multipartRoutes,
  sealRoutes,
  certificateRoutes,
  confirmationRoutes,
  logRoutes,
  auditRoutes,
  retrievalRoutes,
  policyRoutes,
  systemRoutes,
];
