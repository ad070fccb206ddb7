export type Family = 'text' | 'audio' | 'video' | 'image' | 'other';

/** A type of file: its media type, the extension of a copy of it, and which kind of record it makes. */
export interface FileType {
  mediaType: string;
  extension: string;
  family: Family;
}

const type = (mediaType: string, extension: string, family: Family): FileType => ({ mediaType, extension, family });

/** What both doors take. Anything else is refused by the form, and kept with a finding when it is footage. */
export const types = {
  jpeg: type('image/jpeg', 'jpg', 'image'),
  png: type('image/png', 'png', 'image'),
  heic: type('image/heic', 'heic', 'image'),
  tiff: type('image/tiff', 'tif', 'image'),
  webp: type('image/webp', 'webp', 'image'),
  pdf: type('application/pdf', 'pdf', 'text'),
  cms: type('application/pkcs7-mime', 'p7m', 'text'),
  ofd: type('application/ofd', 'ofd', 'text'),
  docx: type('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx', 'text'),
  xlsx: type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx', 'text'),
  txt: type('text/plain', 'txt', 'text'),
  csv: type('text/csv', 'csv', 'text'),
  mp4: type('video/mp4', 'mp4', 'video'),
  mov: type('video/quicktime', 'mov', 'video'),
  avi: type('video/x-msvideo', 'avi', 'video'),
  mkv: type('video/x-matroska', 'mkv', 'video'),
  ts: type('video/mp2t', 'ts', 'video'),
  threegp: type('video/3gpp', '3gp', 'video'),
  mp3: type('audio/mpeg', 'mp3', 'audio'),
  wav: type('audio/wav', 'wav', 'audio'),
  m4a: type('audio/mp4', 'm4a', 'audio'),
  amr: type('audio/amr', 'amr', 'audio'),
} as const satisfies Record<string, FileType>;

export const allowedTypes: readonly FileType[] = Object.values(types);

export const unknownType = type('application/octet-stream', 'bin', 'other');
