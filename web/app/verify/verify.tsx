import './verify.css';

import { useQueryClient } from '@tanstack/react-query';
import { Button, Card, Collapse } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { withoutControls } from '../../../signing/checklist.ts';
import { chosenFiles, droppedFiles } from '../../verify/dropped.ts';
import type { FoundFile } from '../../verify/file-tree.ts';
import { isGood } from '../../verify/summary.ts';
import { ChooseFiles, DropArea } from '../parts/drop-area.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { save } from '../parts/save.ts';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { PackagedRecords } from './packaged.tsx';
import { serviceTrust } from './service-trust.ts';
import { beliefsOf, nothingTyped, type Source, Trust } from './trust.tsx';
import { type Check, useCheck } from './use-check.ts';
import { Checklist, ReadingBar, SignedBytes, useVerifierWords, Verdict } from './verdict.tsx';

/** Checks a package or a receipt in this browser, by the code of the page for strangers. */
export default function Verify() {
  const { t } = useWords('verify');
  const words = useVerifierWords();
  const { agency } = useSession();
  const client = useQueryClient();
  const [found, setFound] = useState<Promise<readonly FoundFile[]>>();
  const [source, setSource] = useState<Source>('service');
  const [typed, setTyped] = useState(nothingTyped);
  /** Of which the result is. */
  const [asked, setAsked] = useState<Source>('service');
  const check = useCheck();
  const begin = (files: Promise<readonly FoundFile[]>) => {
    setFound(files);
    setAsked(source);
    const given = source === 'own' ? typed : nothingTyped;
    check.begin(
      files,
      source === 'service' ? client.fetchQuery(serviceTrust(agency.id)) : Promise.resolve(beliefsOf(given)),
    );
  };
  const chosen = (files: File[]) => begin(Promise.resolve(chosenFiles(files)));
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        <Button href="/verify.html" target="_blank">
          {t('toPage')}
        </Button>
      }
    >
      <div className="aside verify">
        <div className="page-body">
          <DropArea word={words('dropTitle')} hint={t('takes')} onDrop={(data) => begin(droppedFiles(data))}>
            <ChooseFiles word={words('chooseFile')} primary from="file" onFiles={chosen} />
            <ChooseFiles word={words('chooseFolder')} from="folder" onFiles={chosen} />
          </DropArea>
          {found && <Result check={check} source={asked} />}
        </div>
        <Trust
          source={source}
          onSource={setSource}
          typed={typed}
          onTyped={setTyped}
          onAgain={found && (() => begin(found))}
        />
      </div>
      {check.opened && check.progress && (
        <PackagedRecords records={check.opened.records} good={isGood(check.progress)} />
      )}
    </PageFrame>
  );
}

function Result({ check: { progress, opened, problem }, source }: { check: Check; source: Source }) {
  const { t } = useWords('verify');
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => card.current?.scrollIntoView({ block: 'nearest' }), []);
  const { paper, manifest } = opened ?? {};
  const name = withoutControls(progress?.name ?? '');
  return (
    <Card
      ref={card}
      title={<h2>{name || t('result')}</h2>}
      extra={
        paper && (
          <Button onClick={() => save(new File([paper], 'receipt.pdf', { type: 'application/pdf' }))}>
            {t('paper')}
          </Button>
        )
      }
    >
      {problem ? (
        <ProblemAlert problem={problem} />
      ) : (
        <Verdict progress={progress} {...(source === 'service' && { trusted: <div>{t('trustService')}</div> })} />
      )}
      {progress?.reading && <ReadingBar reading={progress.reading} />}
      {progress && <Checklist progress={progress} />}
      {manifest && (
        <Collapse
          items={[
            {
              key: 'manifest',
              label: `${t('manifest')} · ${t('manifestLead')}`,
              children: <SignedBytes text={manifest} />,
            },
          ]}
        />
      )}
    </Card>
  );
}
