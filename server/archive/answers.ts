import { z } from 'zod';
import { ASIC_FILES } from '../../signing/asic.ts';
import { type CaseState, caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { viewsById } from '../ledger/find-views.ts';
import { showSignature, signatureAnswer } from '../personal/signature.ts';
import { endOf } from './commands.ts';
import { type ExportState, exportFailures, exportForms, exportStates } from './events.ts';
import { manyFiles } from './guide-asic.ts';
import { type Progress, readProgress } from './progress.ts';

export const exportAnswer = z.object({
  id: z.string(),
  caseId: z.string(),
  /** What the case is called now. */
  case: z.object({ cause: z.string(), caseNo: z.string().optional() }).optional(),
  form: z.enum(exportForms),
  state: z.enum([...exportStates, 'packing']),
  reason: z.string().optional(),
  signature: signatureAnswer.optional(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  /** Bytes; there while it is packed. */
  progress: z.object({ done: z.number(), total: z.number() }).optional(),
  package: z
    .object({
      name: z.string(),
      size: z.number(),
      sha256: z.string(),
      tagmanifest: z.string(),
      files: z.number(),
      caseVersion: z.number(),
      at: z.string(),
      /** When it is deleted at the earliest; absent where it is already. */
      until: z.string().optional(),
      url: z.string(),
      /** What who is to read it should know before. */
      caution: z.string().optional(),
    })
    .optional(),
  failure: z.object({ code: z.enum(exportFailures), recordIds: z.array(z.string()), at: z.string() }).optional(),
  cancelled: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
  fetches: z.array(z.object({ by: z.string(), at: z.string() })),
  deletedAt: z.string().optional(),
});

/** Exports as they are shown, each with how far it is and what its case is called. */
export async function showExports(deps: Deps, chain: string, states: readonly ExportState[]) {
  const cases = await viewsById(
    deps,
    caseKind,
    chain,
    states.map(({ caseId }) => caseId),
  );
  return await Promise.all(
    states.map(async (state) => {
      const progress = state.state === 'queued' ? await readProgress(deps.documents, chain, state.id) : undefined;
      return shown(state, { days: deps.config.PACKAGE_DAYS, file: cases.get(state.caseId), progress });
    }),
  );
}

/** One export as it is shown. */
export async function showExport(deps: Deps, chain: string, state: ExportState): Promise<z.input<typeof exportAnswer>> {
  const [one] = await showExports(deps, chain, [state]);
  return one as z.input<typeof exportAnswer>;
}

interface Beside {
  days: number;
  file: CaseState | undefined;
  progress: Progress | undefined;
}

function shown(state: ExportState, { days, file, progress }: Beside): z.input<typeof exportAnswer> {
  const { package: packed, form = 'bag', signature, ...rest } = state;
  const caution = packed && form === 'asice' && packed.files > ASIC_FILES ? manyFiles(packed.files) : undefined;
  const until = packed && state.state === 'ready' ? endOf(packed, days).toISOString() : undefined;
  return {
    ...rest,
    form,
    ...(file && { case: { cause: file.cause, ...(file.caseNo !== undefined && { caseNo: file.caseNo }) } }),
    ...(signature && { signature: showSignature(signature) }),
    ...(progress && { state: 'packing' as const, progress }),
    ...(packed && {
      package: {
        ...packed,
        ...(until && { until }),
        url: `/api/v1/exports/${state.id}/content`,
        ...(caution && { caution }),
      },
    }),
  };
}
