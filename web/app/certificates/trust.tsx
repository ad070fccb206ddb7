import { Card, Typography } from 'antd';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';

/** What somebody needs who verifies without this service: to be handed over by another way than with the package. */
export function Trust() {
  const { t } = useWords('certificates');
  const { agency } = useSession();
  const files = [
    { name: 'trustRoot', path: 'ca.pem', file: 'ca.pem' },
    { name: 'trustRevoked', path: 'ca.crl', file: 'ca.crl' },
    { name: 'trustTime', path: 'tsa.pem', file: 'tsa.pem' },
    { name: 'trustLog', path: `logs/${agency.id}`, file: 'log.vkey' },
  ] as const;
  return (
    <Card title={t('trust')}>
      <Typography.Paragraph type="secondary">{t('trustLead')}</Typography.Paragraph>
      <ul className="lines">
        {files.map(({ name, path, file }) => (
          <li key={name} className="line">
            <span>{t(name)}</span>
            <a href={`/api/v1/trust/${path}`} download={file}>
              {t('trustDownload', { file })}
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}
