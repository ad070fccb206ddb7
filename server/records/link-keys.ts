import type { RecordLink } from './events.ts';

/**
 * Index values of a record's current links, so that one query answers each question exactly. A key is `subject|case|stage`; in a question
 * `*` stands for any, and `-` as subject for a link that names none: such a link concerns all subjects of its case.
 */
export function linkKeys(links: readonly RecordLink[]): string[] {
  const keys = links
    .filter((link) => !link.ended)
    .flatMap(({ subjectId = '-', caseId = '-', stage = '-' }) =>
      [subjectId, '*'].flatMap((subject) =>
        [caseId, '*'].flatMap((inCase) => [stage, '*'].map((at) => [subject, inCase, at].join('|'))),
      ),
    );
  return [...new Set(keys)];
}

/** The key that finds the links of a case, of all its stages or one. */
export const caseKey = (caseId: string, stage = '*') => `*|${caseId}|${stage}`;

/** The key that finds links which name a subject. */
export const subjectKey = (subjectId: string, caseId = '*', stage = '*') => `${subjectId}|${caseId}|${stage}`;

/** The key that finds links to a case which name no subject. */
export const caseWideKey = (caseId: string, stage = '*') => `-|${caseId}|${stage}`;
