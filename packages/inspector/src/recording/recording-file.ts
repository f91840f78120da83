import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InspectorError } from '../errors.js';
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordingHeader } from '../model/recording.js';

/** A recording in memory, checked line by line. */
export interface RecordingFile {
  readonly header: RecordingHeader;
  /** From the start to the last line. */
  readonly durationMs: number;
  readonly lines: number;
  /** The whole text, not compressed. */
  readonly bytes: Uint8Array;
}

/** A browser has to hold all of it. */
const MAX_BYTES = 256 * 1024 * 1024;
const LINE_FEED = 10;

/**
 * Reads a recording, as text or compressed with gzip.
 * @throws InspectorError `ERR_RECORDING` with the number of the line that is wrong
 */
export async function readRecording(file: string): Promise<RecordingFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      bytes = await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES });
    }
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new InspectorError('ERR_RECORDING', `${file}: cannot be read (${code})`, { cause });
  }
  if (bytes.length > MAX_BYTES) {
    throw new InspectorError('ERR_RECORDING', `${file}: larger than ${MAX_BYTES / 1024 ** 2} MiB`);
  }
  return checkRecording(bytes, file);
}

/** Checks the text of a recording. `name` is for messages. @throws InspectorError `ERR_RECORDING` */
export function checkRecording(bytes: Uint8Array, name = 'recording'): RecordingFile {
  const wrong = (number: number, what: string) =>
    new InspectorError('ERR_RECORDING', `${name}: line ${number}: ${what}`, { details: { line: number } });
  const decoder = new TextDecoder();
  let header: RecordingHeader | undefined;
  let durationMs = 0;
  let lines = 0;
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    const line = parseLine(decoder.decode(bytes.subarray(start, end)));
    start = end + 1;
    lines++;
    if (line === undefined) throw wrong(lines, 'not a JSON object');
    if (header === undefined) {
      if (line['format'] !== RECORDING_FORMAT) throw wrong(lines, 'this is no recording of DiemNet');
      if (line['version'] !== RECORDING_VERSION || typeof line['startedUnixMs'] !== 'number') {
        throw wrong(lines, `expected version ${RECORDING_VERSION} of the format`);
      }
      header = { ...(line as unknown as RecordingHeader), title: String(line['title'] ?? '') };
      continue;
    }
    const { at } = line;
    if (typeof at !== 'number' || !(at >= durationMs))
      throw wrong(lines, 'its time "at" is not after the last');
    durationMs = at;
  }
  if (header === undefined) throw wrong(1, 'this is no recording of DiemNet');
  return { header, durationMs, lines, bytes };
}

function parseLine(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
