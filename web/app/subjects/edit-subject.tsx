import { answer, api, ifMatch } from '../api/client.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { useWords } from '../words/use-words.ts';
import type { Subject } from './kinds.ts';
import { bodyOf, SubjectFields, type TypedSubject } from './subject-fields.tsx';

type Typed = TypedSubject & { reason: string };

/** Corrects a subject, of the version that was shown. What is masked stays unless it is typed anew. */
export function EditSubject({ subject, onClose }: { subject: Subject; onClose: () => void }) {
  const { t } = useWords('subjects');
  const send = ({ reason, ...typed }: Typed) =>
    answer(
      api.PATCH('/subjects/{id}', {
        params: { path: { id: subject.id } },
        body: { ...bodyOf(typed), reason },
        headers: ifMatch(subject),
      }),
    );
  return (
    <FormModal<Typed, unknown>
      title={t('editTitle')}
      send={send}
      onClose={onClose}
      submit={t('common:save')}
      initial={{
        ...{ type: subject.type, name: subject.name, idType: subject.idType },
        ...{ minor: `${subject.minor}`, provisional: `${subject.provisional}` },
      }}
    >
      <p>{t('editHint')}</p>
      <SubjectFields known={subject} />
      <ReasonField />
    </FormModal>
  );
}
