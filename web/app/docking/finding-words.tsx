import { useWords } from '../words/use-words.ts';

/** What a dock found, by its code (docs/dock.md); a code of a newer agent as it is. */
export function useFindingWord(): (code: string) => string {
  const { t } = useWords('docking');
  return (code) => t(`finding_${code}` as 'finding_gone', { defaultValue: code });
}

/** What a dock found, in a line. */
export function DockFindings({ findings }: { findings: readonly { code: string }[] }) {
  const word = useFindingWord();
  return findings.map(({ code }) => word(code)).join('、');
}
