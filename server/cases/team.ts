import { covers } from '../access/periods.ts';
import type { CaseState } from './events.ts';

/** Who is on a case's team at an instant. */
export function teamAt({ team }: Pick<CaseState, 'team'>, at: Date): string[] {
  const time = at.toISOString();
  return [...new Set(team.filter((member) => covers(period(member), time)).map(({ personId }) => personId))];
}

export const isOnTeam = (file: Pick<CaseState, 'team'>, personId: string, at: Date): boolean =>
  teamAt(file, at).includes(personId);

/** Whose a case is: the handling department's, and its team's own. */
export const caseBelongs = (file: CaseState, at: Date) => ({
  departments: [file.departmentId],
  people: teamAt(file, at),
});

const period = ({ from, to }: { from: string; to?: string | undefined }) => ({ from, ...(to && { to }) });
