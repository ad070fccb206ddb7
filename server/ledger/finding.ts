/** Something that is not as it must be; `where` names the entry, record, object digest or document it concerns. */
export interface Finding {
  /** A note is no damage: what a crash left and the next start finishes. */
  grade: 'fault' | 'note';
  where: string;
  what: string;
}

export const fault = (where: string, what: string): Finding => ({ grade: 'fault', where, what });
