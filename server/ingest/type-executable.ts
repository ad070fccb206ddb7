import type { Read } from './type.ts';
import { Bytes } from './type-bytes.ts';
import type { FileType } from './type-list.ts';

const program = (mediaType: string, extension: string): FileType => ({ mediaType, extension, family: 'other' });

const signatures: [string, FileType][] = [
  ['\x7fELF', program('application/x-elf', 'elf')],
  ['\xfe\xed\xfa\xce', program('application/x-mach-binary', 'macho')],
  ['\xfe\xed\xfa\xcf', program('application/x-mach-binary', 'macho')],
  ['\xce\xfa\xed\xfe', program('application/x-mach-binary', 'macho')],
  ['\xcf\xfa\xed\xfe', program('application/x-mach-binary', 'macho')],
  ['\xca\xfe\xba\xbf', program('application/x-mach-binary', 'macho')],
  ['dex\n', program('application/vnd.android.dex', 'dex')],
  ['\0asm', program('application/wasm', 'wasm')],
  ['!<arch>\n', program('application/x-archive', 'deb')],
  ['\xed\xab\xee\xdb', program('application/x-rpm', 'rpm')],
  ['\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46', program('application/x-ms-shortcut', 'lnk')],
];
const windows = program('application/vnd.microsoft.portable-executable', 'exe');
const javaClass = program('application/java-vm', 'class');
const script = program('application/x-sh', 'sh');
const installer = program('application/x-msi', 'msi');

/**
 * Programs and what starts them: PE (and any MZ that is no text), ELF, Mach-O, Java class, DEX, WebAssembly, packages
 * of installers (MSI, deb, rpm), shell links, scripts that name an interpreter. Archives of programs are told by
 * their directory: type-zip.ts.
 */
export async function executableType(head: Bytes, read: Read, size: number): Promise<FileType | undefined> {
  for (const [signature, type] of signatures) if (head.startsWith(signature)) return type;
  if (head.startsWith('\xca\xfe\xba\xbe')) {
    // A universal binary counts its parts where a class file has its version, which is never below 45.
    return (head.u32be(4) ?? 0) < 45 ? program('application/x-mach-binary', 'macho') : javaClass;
  }
  if (head.startsWith('MZ') && head.bytes.some((byte) => byte < 9)) return windows;
  if (/^(\xef\xbb\xbf)?#!/.test(head.ascii(0, 5)) && !isAmr(head)) return script;
  return (await isInstaller(head, read, size)) ? installer : undefined;
}

/** An OLE compound file whose root has the class of the Windows Installer ([MS-CFB] 2.2, 2.6.1). */
async function isInstaller(head: Bytes, read: Read, size: number): Promise<boolean> {
  if (!head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return false;
  const sector = 2 ** (head.u16le(30) ?? 0);
  const root = ((head.u32le(48) ?? 0) + 1) * sector;
  if ((sector !== 512 && sector !== 4096) || root + 96 > size) return false;
  const entry = new Bytes(await read(root, root + 95));
  return /^[\x82\x84\x86]\x10\x0c\0{5}\xc0\0{6}\x46$/.test(entry.ascii(80, 16));
}

/** AMR speech (RFC 4867 section 5): the one `#!` that starts no program. */
export function isAmr(head: Bytes): boolean {
  return /^#!AMR(-WB)?(_MC1\.0)?\n/.test(head.ascii(0, 16));
}
