import { srgbProfile } from './colour-profile.ts';
import type { Font } from './font.ts';
import { type Block, layOut, PAGE, textAt, wrap } from './layout.ts';
import { dateString, number, type PdfFile, PdfObjects, type Ref, ref, textString } from './pdf-objects.ts';
import { Typeface } from './typeface.ts';

/** A document of ours that is to be signed. */
export interface Paper {
  title: string;
  blocks: readonly Block[];
  /** Lines in the box of the visible mark. */
  mark: readonly string[];
  time: Date;
}

/** A paper with an empty signature field, which `signPaper` fills in a second revision. */
export interface UnsignedPaper extends PdfFile {
  field: { object: Ref; entries: string };
}

const PROFILE = srgbProfile();
const PRODUCER = 'Tiezheng';
const BOX = { width: 360, line: 13, padding: 8 } as const;

/**
 * The paper as PDF/A-2b (ISO 19005-2): text in one embedded font, an sRGB output intent, XMP metadata, and a signature field whose appearance is a
 * plain rectangular box. The same paper gives the same bytes.
 */
export function drawPaper({ title, blocks, mark, time }: Paper, font: Font): UnsignedPaper {
  const objects = new PdfObjects();
  const typeface = new Typeface(font);
  const shown = mark.flatMap((line) => wrap(typeface.showable(line), BOX.width - 2 * BOX.padding, 8.5, typeface));
  const height = shown.length * BOX.line + 2 * BOX.padding;
  const { pages, free } = layOut(blocks, typeface, height + 12);
  const box = boxContent(shown, height, typeface);
  const resources = `<</Font<</F1 ${ref(typeface.embed(objects))}>>>>`;
  const appearance = objects.stream(
    `/Type/XObject/Subtype/Form/BBox[0 0 ${BOX.width} ${height}]/Resources${resources}`,
    Buffer.from(box),
  );
  const tree = objects.reserve();
  const field = objects.reserve();
  const leaves = pages.map((content, at) => {
    const marked = at === pages.length - 1 ? `/Annots[${ref(field)}]` : '';
    return objects.add(
      `<</Type/Page/Parent ${ref(tree)}/MediaBox[0 0 ${PAGE.width} ${PAGE.height}]/Resources${resources}` +
        `/Contents ${ref(objects.stream('', Buffer.from(content)))}${marked}>>`,
    );
  });
  objects.set(tree, `<</Type/Pages/Count ${leaves.length}/Kids[${leaves.map(ref).join(' ')}]>>`);
  const corners = [free.x, free.y, free.x + BOX.width, free.y + height].map(number).join(' ');
  const entries =
    `/Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/F 132/Rect[${corners}]` +
    `/P ${ref(leaves.at(-1) as Ref)}/AP<</N ${ref(appearance)}>>`;
  objects.set(field, `<<${entries}>>`);
  const root = objects.add(catalogue(objects, tree, field, title, time));
  const info = objects.add(
    `<</Title ${textString(title)}/Producer(${PRODUCER})/CreationDate${dateString(time)}/ModDate${dateString(time)}>>`,
  );
  return { ...objects.file(root, info), field: { object: field, entries } };
}

function catalogue(objects: PdfObjects, tree: Ref, field: Ref, title: string, time: Date): string {
  const metadata = objects.stream('/Type/Metadata/Subtype/XML', Buffer.from(xmp(title, time)), false);
  const profile = objects.stream('/N 3', PROFILE);
  return (
    `<</Type/Catalog/Pages ${ref(tree)}/Lang(zh-CN)/Metadata ${ref(metadata)}/ViewerPreferences<</DisplayDocTitle true>>` +
    `/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2-1)/DestOutputProfile ${ref(profile)}>>]` +
    `/AcroForm<</Fields[${ref(field)}]/SigFlags 3>>>>`
  );
}

function boxContent(lines: readonly string[], height: number, typeface: Typeface): string {
  const frame = `0.8 w 0.4 0.4 ${number(BOX.width - 0.8)} ${number(height - 0.8)} re S`;
  const texts = lines.map((line, at) =>
    textAt(typeface, line, BOX.padding, height - BOX.padding - (at + 1) * BOX.line + 3.5, 8.5),
  );
  return `${[frame, ...texts].join('\n')}\n`;
}

/** XMP (ISO 16684-1) with what the document says of itself, PDF/A identification first of all. */
function xmp(title: string, time: Date): string {
  const at = time.toISOString().replace(/\.\d+Z$/, 'Z');
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escaped(title)}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>${at}</xmp:CreateDate>
<xmp:ModifyDate>${at}</xmp:ModifyDate>
<pdf:Producer>${PRODUCER}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
}

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cn}]/gu, ' ')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
