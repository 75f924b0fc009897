/** Pictures as they come from outside: good ones, and some that are broken or meant to do harm. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { filters, hugePng } from './harm.ts';

const formats = ['gif', 'jpeg', 'png', 'tiff', 'webp'] as const;
const widths = [100, 200, 400, 800];

/** The names of those that have a thumbnail, and of those that cannot have one. */
export interface Pictures {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

/** Writes them to a folder. */
export async function makePictures(folder: string): Promise<Pictures> {
  const good: string[] = [];
  for (const width of widths) {
    for (const format of formats) {
      const name = `${width}.${format}`;
      await writeFile(join(folder, name), await photo(width).toFormat(format).toBuffer());
      good.push(name);
    }
  }
  const bad = Object.entries(await badPictures());
  for (const [name, bytes] of bad) await writeFile(join(folder, name), bytes);
  return { good, bad: bad.map(([name]) => name) };
}

async function badPictures(): Promise<Readonly<Record<string, Uint8Array | string>>> {
  const jpeg = await photo(800).jpeg().toBuffer();
  const png = await photo(800).png().toBuffer();
  return {
    'empty.gif': '',
    'text.png': 'This is not a picture.',
    'half.jpeg': jpeg.subarray(0, jpeg.length / 2),
    'half.png': png.subarray(0, png.length / 2),
    'header.jpeg': Buffer.concat([Buffer.from('JPEG'), jpeg.subarray(4)]),
    'pixels.png': hugePng(20_000),
    'memory.png': hugePng(16_000),
    'time.svg': filters(2_000),
  };
}

/** Looks like noise, so that no format can make it small. */
function photo(width: number): Sharp {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  return sharp({
    create: { width, height: (width * 3) / 4, channels: 3, background: 'gray', noise },
  });
}
