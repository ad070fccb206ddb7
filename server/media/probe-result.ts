/**
 * What a file says of itself. Goes into canonical JSON: numbers are integers, decimals are text, no key is undefined.
 * Bounded to some 24 KiB whatever the file says, as it becomes part of a ledger entry. Only an `ok` one has more than
 * its status.
 */
export interface ProbeResult {
  /**
   * `ok`; `none`: not a type that is probed; `unavailable`: no ffprobe on this machine, to be asked again; `failed`:
   * the file is damaged, or too much for the limits.
   */
  status: 'ok' | 'unavailable' | 'failed' | 'none';
  durationMs?: number;
  /** Bits per second over the whole file. */
  bitRate?: number;
  /** As ffprobe names the demuxer, or the kind of image. */
  container?: string;
  /** At most 32. */
  streams?: ProbeStream[];
  creationTime?: ProbeTime;
  location?: ProbeLocation;
  make?: string;
  model?: string;
  /** Of the container, in the file's order: at most 32, and 8 KiB. */
  tags?: { name: string; value: string }[];
}

export interface ProbeStream {
  kind: 'video' | 'audio' | 'image' | 'subtitle' | 'data';
  /** `unknown` where ffprobe has no name for it. */
  codec: string;
  /** Pixels, before rotation. */
  width?: number;
  height?: number;
  /** Degrees clockwise that a player turns the picture: 0, 90, 180, 270. */
  rotation?: number;
  /** Frames per second as a fraction, e.g. `30000/1001`. */
  frameRate?: string;
  channels?: number;
  /** Hertz. */
  sampleRate?: number;
  /** ISO 639-2. */
  language?: string;
}

export interface ProbeTime {
  /** As it stands in the file. */
  raw: string;
  /** The tag that it stands in. */
  source: string;
  /** RFC 3339 in UTC with milliseconds, where the file names the zone. */
  instant?: string;
  /** YYYY-MM-DDTHH:MM:SS of the camera's clock, where the file names no zone. */
  local?: string;
}

export interface ProbeLocation {
  /** ISO 6709, as it stands in the file. */
  iso6709?: string;
  /** Degrees north and east of WGS 84, seven decimals. */
  latitude: string;
  longitude: string;
}

/** A result that says nothing but why. */
export const blank = (status: ProbeResult['status']): ProbeResult => ({ status });
