import { useQuery } from '@tanstack/react-query';
import { Select, type SelectProps } from 'antd';
import { read } from '../api/query.ts';
import { useWords } from '../words/use-words.ts';

type Given = Omit<SelectProps<string>, 'options'> & { caseId: string | undefined };

/** Chooses a stage of a case, those that it entered first. For a Form.Item: its value is the stage's code. */
export function StageSelect({ caseId, ...given }: Given) {
  const { t } = useWords('cases');
  const { data } = useQuery({
    ...read('/cases/{id}/stages', { params: { path: { id: caseId ?? '' } } }),
    enabled: Boolean(caseId),
  });
  const options = (data?.stages ?? []).map(({ stage }) => ({ value: stage, label: t(`stage_${stage}`) }));
  return (
    <Select {...given} allowClear disabled={!caseId} showSearch={{ optionFilterProp: 'label' }} options={options} />
  );
}
