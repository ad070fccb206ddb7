import { useWords } from '../words/use-words.ts';

/** What was found about a record, by its code; one of a newer service as it is. */
export function useFindingWord(): (code: string) => string {
  const { t } = useWords('records');
  return (code) => t(`finding_${code}` as 'finding_unknown-case', { defaultValue: code });
}

/** What was found about a record, in a line. */
export function RecordFindings({ findings }: { findings: readonly { code: string }[] }) {
  const word = useFindingWord();
  return findings.map(({ code }) => word(code)).join('、');
}
