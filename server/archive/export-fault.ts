import type { ExportFailure } from './events.ts';

/** A package that cannot be made, however often it is tried. */
export class ExportFault extends Error {
  readonly code: ExportFailure;
  readonly recordIds: string[];

  constructor(code: ExportFailure, recordIds: string[], options?: ErrorOptions) {
    super(`${code}${recordIds.length > 0 ? `: ${recordIds.join(', ')}` : ''}`, options);
    this.name = 'ExportFault';
    this.code = code;
    this.recordIds = recordIds;
  }
}
