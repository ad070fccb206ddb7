import { Link } from 'react-router';

interface Given {
  actor: { id: string; via: string; name?: string | undefined };
}

/** Who did it: a person or a dock by name, a part of the system as it is called. */
export function ActorName({ actor: { id, via, name } }: Given) {
  if (via === 'session') return <Link to={`/people/${id}`}>{name ?? id}</Link>;
  if (via === 'device') return <Link to={`/docks/${id}`}>{name ?? id}</Link>;
  return name ?? id;
}
