import { answer, api, ifMatch } from '../api/client.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { useWords } from '../words/use-words.ts';
import { ParticularsFields } from './particulars-fields.tsx';
import type { Person } from './person.tsx';

interface Typed {
  name: string;
  username: string;
  certificateNo?: string | undefined;
}

/** Corrects particulars, of the version that was shown. */
export function Edit({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useWords('people');
  const send = ({ certificateNo, ...typed }: Typed) =>
    answer(
      api.PATCH('/people/{id}', {
        params: { path: { id: person.id } },
        body: { ...typed, certificateNo: certificateNo || null },
        headers: ifMatch(person),
      }),
    );
  const { name, username, certificateNo } = person;
  return (
    <FormModal<Typed, unknown>
      title={t('edit')}
      send={send}
      onClose={onClose}
      submit={t('common:save')}
      initial={{ name, username, certificateNo }}
    >
      <ParticularsFields />
    </FormModal>
  );
}
