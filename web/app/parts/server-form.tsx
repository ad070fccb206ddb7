import { Button, Form, type FormInstance } from 'antd';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem.ts';
import { useSubmission } from '../api/query.ts';
import { draft, dropDraft, keepDraft } from './drafts.ts';
import { ProblemAlert } from './problem-alert.tsx';

export interface ServerFormGiven<V extends object, T> {
  /** Sends what was typed; `key` is the Idempotency-Key, the same for every try of the same input. */
  send: (typed: V, key: string) => Promise<T>;
  onDone?: (answer: T, typed: V) => void;
  onCancel?: () => void;
  /** The word on the button. */
  submit: string;
  danger?: boolean;
  initial?: { [Name in keyof V]?: V[Name] | undefined };
  /** Keeps what was typed under this name until it is sent. */
  name?: string;
  /** The button is as wide as the form. */
  wide?: boolean;
  children: ReactNode;
}

/** What the form library fills with the field's name. */
const FIELD = '$' + '{label}';

/** A form whose faults the service tells field by field. Fields are Form.Items named as in the body of the call. */
export function ServerForm<V extends object, T>({ initial, name, children, ...given }: ServerFormGiven<V, T>) {
  const { t } = useTranslation();
  const [form] = Form.useForm<V>();
  const id = useId();
  const { mutate, isPending, error } = useSubmission<V, T>({
    send: given.send,
    onDone: (answer, typed) => {
      dropDraft(name);
      given.onDone?.(answer, typed);
    },
  });
  const submit = (typed: V) => mutate(typed, { onError: (problem) => showFaults(form, problem) });
  return (
    <Form<V>
      form={form}
      name={id}
      layout="vertical"
      requiredMark="optional"
      scrollToFirstError={{ focus: true }}
      validateMessages={{ required: t('required', { label: FIELD }) }}
      initialValues={{ ...initial, ...draft<V>(name) }}
      onValuesChange={(_, typed) => keepDraft(name, typed)}
      onFinish={submit}
    >
      {children}
      {error && (
        <Form.Item>
          <ProblemAlert problem={shown(form, error)} />
        </Form.Item>
      )}
      <div className={given.wide ? 'form-end wide' : 'form-end'}>
        {given.onCancel && <Button onClick={given.onCancel}>{t('cancel')}</Button>}
        <Button
          type="primary"
          htmlType="submit"
          danger={given.danger === true}
          loading={isPending}
          block={given.wide === true}
        >
          {given.submit}
        </Button>
      </div>
    </Form>
  );
}

/** `/administrator/password` is the field ['administrator', 'password'] (RFC 6901). */
const fieldOf = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));

const has = (form: FormInstance, pointer: string) => form.getFieldInstance(fieldOf(pointer)) !== undefined;

function showFaults<V>(form: FormInstance<V>, { errors }: Problem): void {
  const here = errors.filter(({ pointer }) => has(form, pointer));
  form.setFields(here.map(({ pointer, detail }) => ({ name: fieldOf(pointer) as never, errors: [detail] })));
  if (here[0]) form.focusField(fieldOf(here[0].pointer) as never);
}

/** Faults that stand at their fields are not told twice. */
const shown = (form: FormInstance, problem: Problem) =>
  new Problem({ ...problem, errors: problem.errors.filter(({ pointer }) => !has(form, pointer)) });
