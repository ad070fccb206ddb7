import { Link } from 'react-router';
import { useSaid } from '../words/use-words.ts';

/** Where things have pages that an auditor may open; the others are shown by their id. */
const places: Record<string, string> = {
  record: '/records',
  case: '/cases',
  subject: '/subjects',
  person: '/people',
  account: '/people',
  device: '/devices',
  dock: '/docks',
  'dock-day': '/dock-days',
  grant: '/grants',
};

interface Given {
  kind: string;
  kindWords: { zh: string; en: string };
  id: string;
}

/** The thing that an entry is of. */
export function ThingLink({ kind, kindWords, id }: Given) {
  const said = useSaid();
  const short = id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-6)}` : id;
  const place = places[kind];
  const code = (
    <code title={id} className="thing-id">
      {short}
    </code>
  );
  return (
    <span className="thing">
      {said(kindWords)} {place ? <Link to={`${place}/${id}`}>{code}</Link> : code}
    </span>
  );
}
