import type { Body } from '../api/query.ts';
import { DueTag } from '../cases/due-tag.tsx';
import type { CaseItem } from '../cases/kinds.ts';
import { useSaid } from '../words/use-words.ts';
import type { Line } from './waits.tsx';

type Deadline = CaseItem['deadlines'][number];

/** How long there is for something, and what it is. */
function Due({ deadline: { label, daysLeft } }: { deadline: Deadline }) {
  const said = useSaid();
  return (
    <>
      {said(label)} <DueTag daysLeft={daysLeft} />
    </>
  );
}

/** The deadlines of cases one by one, the next first. */
export const dueLines = ({ items }: Body<'/cases'>, counts: (deadline: Deadline) => boolean): Line[] =>
  items
    .flatMap(({ id, cause, deadlines }) =>
      deadlines.filter(counts).map((deadline) => ({ caseId: id, cause, deadline })),
    )
    .toSorted((a, b) => (a.deadline.due < b.deadline.due ? -1 : 1))
    .map(({ caseId, cause, deadline }) => ({
      ...{ id: deadline.id, title: cause, note: <Due deadline={deadline} />, to: `/cases/${caseId}` },
    }));
