import './uploads.css';

import { Form } from 'antd';
import { useSearchParams } from 'react-router';
import { PageFrame } from '../parts/page-frame.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { BatchOptions, type TypedOptions, toldOf } from './batch-options.tsx';
import { DropZone } from './drop-zone.tsx';
import { FileList } from './file-list.tsx';
import { type Chosen, uploadQueue } from './queue.ts';
import { Unfinished } from './unfinished.tsx';

/** Brings files: chosen, dropped or made by the phone; into the inbox, or straight to a case, a stage, a subject. */
export default function Upload() {
  const { t } = useWords('uploads');
  const { id, departments } = useSession();
  const [params] = useSearchParams();
  const [form] = Form.useForm<TypedOptions>();
  const add = (chosen: readonly Chosen[], source?: string) =>
    uploadQueue.add(chosen, { ...toldOf(form.getFieldsValue()), ...(source && { source }) }, id);
  const initial: TypedOptions = {
    caseId: params.get('case') ?? undefined,
    stage: params.get('stage') ?? undefined,
    subjectId: params.get('subject') ?? undefined,
    source: 'upload',
    departmentId: departments[0]?.id,
  };
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <Unfinished onGoOn={(chosen) => add([chosen])} />
      <div className="aside uploads">
        <div className="page-body">
          <DropZone onChosen={add} />
          <FileList />
        </div>
        <BatchOptions form={form} initial={initial} />
      </div>
    </PageFrame>
  );
}
