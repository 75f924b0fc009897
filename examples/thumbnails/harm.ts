/** Small files that want much. */
import { crc32, deflateSync } from 'node:zlib';

/**
 * An interlaced PNG, all of one color: some 30 KB that are to become three bytes for each of its pixels, and all of
 * them at once, for the first of its lines is known only when the whole file has been read.
 */
export function hugePng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // One bit for each pixel, which is its place in the palette; the last 1 is for "interlaced".
  header.set([1, 3, 0, 0, 1], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from('handover'.slice(0, 6))),
    chunk('IDAT', deflateSync(Buffer.alloc(bytesOf(side)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const content = Buffer.concat([Buffer.from(type), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}

/** First column and row of each of the seven passes, and the steps between two. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Each row of a pass begins with a byte that names its filter. */
function bytesOf(side: number): number {
  return passes.reduce((sum, [column, row, columns, rows]) => {
    const width = Math.ceil((side - column) / columns);
    const height = Math.ceil((side - row) / rows);
    return sum + height * (1 + Math.ceil(width / 8));
  }, 0);
}

/** A drawing of a few lines with so many filters in a row, each of which takes a while. */
export function filters(number: number): string {
  const filter = '<feMorphology operator="dilate" radius="500"/>';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="2000">
    <filter id="f"><feTurbulence baseFrequency="0.05"/>${filter.repeat(number)}</filter>
    <rect width="2000" height="2000" filter="url(#f)"/>
  </svg>`;
}
