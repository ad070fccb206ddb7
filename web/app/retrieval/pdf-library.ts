import { GlobalWorkerOptions, getDocument, type PDFDocumentLoadingTask } from 'pdfjs-dist';
import worker from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

GlobalWorkerOptions.workerSrc = worker;

/** What documents may need beside their own bytes: encodings of Chinese, fonts that every reader has, and decoders of scans. All are ours. */
const files: Record<string, string> = import.meta.glob(
  [
    '../../../node_modules/pdfjs-dist/cmaps/*.bcmap',
    '../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
    '../../../node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm',
  ],
  { query: '?url', import: 'default', eager: true },
);
const byName = new Map(Object.entries(files).map(([path, url]) => [path.split('/').at(-1), url]));

class OwnFiles {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const url = byName.get(filename);
    const response = url ? await fetch(url) : undefined;
    if (!response?.ok) throw new Error(`${filename} is not there`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

/** Bytes that are read at once, of what is shown. */
const CHUNK = 128 * 1024;

const options = {
  BinaryDataFactory: OwnFiles,
  useWorkerFetch: false,
  cMapPacked: true,
  // Read is what is looked at, and that is what the ledger says was read.
  disableAutoFetch: true,
  disableStream: true,
  rangeChunkSize: CHUNK,
  verbosity: 0,
};

/** Opens a document by ranges; nothing in it runs. */
export const openPdf = (url: string): PDFDocumentLoadingTask => getDocument({ ...options, url });
