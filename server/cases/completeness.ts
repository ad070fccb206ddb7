import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { everyView } from '../ledger/find-views.ts';
import { caseKindPolicies, mayFollow, type Stage, stages } from '../policy/case-kinds.ts';
import { stageEvidence, stageEvidenceSource } from '../policy/stage-evidence.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import { caseKey } from '../records/link-keys.ts';
import { ofCase } from '../records/reach.ts';
import { recordKinds } from '../records/shapes.ts';
import { type CaseState, caseKind } from './events.ts';

const words = z.object({ zh: z.string(), en: z.string() });
const counts = z.record(z.enum(recordKinds), z.int());

const stageView = z.object({
  stage: z.enum(stages),
  /** When the case entered it, each time. */
  entered: z.array(z.string()),
  /** The case may enter it now. */
  next: z.boolean(),
  /** Records that are linked to it, by kind. */
  records: counts,
  documents: z.array(words),
  footage: z.enum(['required', 'advised', 'optional']),
  when: words.optional(),
  /** What an entered stage has none of and must or should have. */
  lacks: z.array(z.enum(['documents', 'footage'])),
});

const view = z.object({
  policy: z.object({ label: words, citation: z.string(), binding: z.string() }),
  evidence: z.object({ citation: z.string(), binding: z.string() }),
  stages: z.array(stageView),
  /** Records of the case that are linked to no stage of it. */
  elsewhere: counts,
});

/** The stages of a case: which it passed, which may follow, what is there of each and what must be. */
export function completenessRoute(): Route {
  return route({
    method: 'get',
    path: '/cases/{id}/stages',
    summary: {
      zh: '案件各环节：已有与应有的记录',
      en: 'Stages of a case: what is there of each, and what must be',
    },
    access: { permission: 'case.read', of: ofCase },
    leaves: [],
    params: idParam,
    answer: view,
    handler: async (context, { params }) => {
      const { deps, chain } = context;
      const file = await context.get(caseKind, params.id);
      const filter = { linkKeys: caseKey(file.id) };
      const records = await Array.fromAsync(everyView(deps, recordKind, { chain, filter }));
      return completeness(file, records);
    },
  });
}

type Counts = Record<RecordState['kind'], number>;

/** The stages that it entered come first, in the order of the first time; then the others of its kind. */
export function completeness(file: CaseState, records: readonly RecordState[]): z.input<typeof view> {
  const { label, citation, binding, next } = caseKindPolicies[file.kind];
  const byStage = countByStage(file.id, records);
  const entered = file.stages.map(({ stage }) => stage);
  const others = stages.filter((stage) => Object.hasOwn(next, stage));
  const shown = [...new Set([...entered, ...others])].map((stage) => {
    const expected = stageEvidence(file.kind, stage);
    const there = byStage.get(stage) ?? none();
    const times = file.stages.filter((one) => one.stage === stage).map(({ at }) => at);
    return {
      ...expected,
      documents: [...expected.documents],
      stage,
      entered: times,
      next: mayFollow(file.kind, file.stage, stage),
      records: there,
      lacks: times.length > 0 ? lacking(expected, there) : [],
    };
  });
  return {
    policy: { label, citation, binding },
    evidence: stageEvidenceSource,
    stages: shown,
    elsewhere: byStage.get(undefined) ?? none(),
  };
}

const none = (): Counts => ({ text: 0, audio: 0, video: 0, image: 0, other: 0 });

/** A scan or a photograph of a document is one. */
function lacking({ documents, footage }: ReturnType<typeof stageEvidence>, there: Counts) {
  return [
    ...(documents.length > 0 && there.text + there.image === 0 ? (['documents'] as const) : []),
    ...(footage === 'required' && there.audio + there.video === 0 ? (['footage'] as const) : []),
  ];
}

/** A record counts once in each stage that it is linked to. */
function countByStage(caseId: string, records: readonly RecordState[]): Map<Stage | undefined, Counts> {
  const byStage = new Map<Stage | undefined, Counts>();
  for (const { kind, links } of records) {
    const current = links.filter((link) => link.caseId === caseId && !link.ended);
    for (const stage of new Set(current.map((link) => link.stage as Stage | undefined))) {
      const there = byStage.get(stage) ?? none();
      there[kind]++;
      byStage.set(stage, there);
    }
  }
  return byStage;
}
