import { Button, Card, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import type { Beliefs } from '../../verify/run.ts';
import { ChooseFiles } from '../parts/drop-area.tsx';
import { useWords } from '../words/use-words.ts';
import { useVerifierWords } from './verdict.tsx';

export type Source = 'service' | 'own' | 'none';

/** What was brought from elsewhere, as it is typed. */
export interface Typed {
  trust: string;
  vkey: string;
  witnesses: string;
  crl: File | undefined;
}

export const nothingTyped: Typed = { trust: '', vkey: '', witnesses: '', crl: undefined };

/** What was typed, as the verifier takes it. */
export const beliefsOf = ({ trust, vkey, witnesses, crl }: Typed): Beliefs => ({
  trust: trust.trim() && `${trust.trim()}\n`,
  vkey: vkey.trim(),
  crl,
  witnesses: witnesses.split(/\s+/).filter((key) => key !== ''),
});

interface Given {
  source: Source;
  onSource: (source: Source) => void;
  typed: Typed;
  onTyped: (typed: Typed) => void;
  /** Absent while there is nothing to check. */
  onAgain: (() => void) | undefined;
}

/** PEM files are small; more of one is not read. */
const PEM_LIMIT = 1_048_576;

/** Whose root certificate and log key a verification believes. */
export function Trust({ source, onSource, typed, onTyped, onAgain }: Given) {
  const { t } = useWords('verify');
  const words = useVerifierWords();
  const [crlName, setCrlName] = useState('');
  const set = (part: Partial<Typed>) => onTyped({ ...typed, ...part });
  return (
    <Card title={<h2>{t('trust')}</h2>}>
      <Form layout="vertical">
        <Radio.Group
          className="trust-choices"
          aria-label={t('trust')}
          value={source}
          onChange={({ target }) => onSource(target.value)}
          options={(['service', 'own', 'none'] as const).map((value) => ({ value, label: t(`trust_${value}`) }))}
        />
        {source === 'service' && <p className="trust-hint">{t('trustService')}</p>}
        {source === 'none' && <p className="trust-hint">{t('trustNone')}</p>}
        {source === 'own' && (
          <>
            <p className="trust-hint">{words('beliefsHint')}</p>
            <Form.Item label={words('trustLabel')} htmlFor="verify-trust">
              <Input.TextArea
                id="verify-trust"
                rows={4}
                spellCheck={false}
                placeholder="-----BEGIN CERTIFICATE-----"
                value={typed.trust}
                onChange={({ target }) => set({ trust: target.value })}
              />
            </Form.Item>
            <Form.Item>
              <ChooseFiles
                word={words('chooseTrust')}
                size="medium"
                from="file"
                accept=".pem,.crt,.cer"
                onFiles={([file]) =>
                  void file
                    ?.slice(0, PEM_LIMIT)
                    .text()
                    .then((trust) => set({ trust }))
                }
              />
            </Form.Item>
            <Form.Item label={words('vkeyLabel')} htmlFor="verify-vkey">
              <Input
                id="verify-vkey"
                spellCheck={false}
                value={typed.vkey}
                onChange={({ target }) => set({ vkey: target.value })}
              />
            </Form.Item>
            <Form.Item label={words('witnessLabel')} htmlFor="verify-witnesses">
              <Input.TextArea
                id="verify-witnesses"
                rows={2}
                spellCheck={false}
                value={typed.witnesses}
                onChange={({ target }) => set({ witnesses: target.value })}
              />
            </Form.Item>
            <Form.Item extra={crlName}>
              <ChooseFiles
                word={words('crlLabel')}
                size="medium"
                from="file"
                accept=".crl"
                onFiles={([file]) => {
                  setCrlName(file?.name ?? '');
                  set({ crl: file });
                }}
              />
            </Form.Item>
          </>
        )}
        <Button disabled={!onAgain} onClick={onAgain}>
          {t('again')}
        </Button>
      </Form>
    </Card>
  );
}
