/** Makes thumbnails with sharp, a native library: a picture that it cannot bear takes the whole process along. */
import { join } from 'node:path';
import { stage } from 'handover/child';
import sharp from 'sharp';
import type { Thumbnail, ThumbnailerEnds } from './messages.ts';

const [, , folder = '.'] = process.argv;
const { pictures, thumbnails } = await stage<ThumbnailerEnds>();

for await (const work of pictures.extended()) {
  const thumbnail = await thumbnailOf(work.value).catch((error: unknown) => {
    // An ordinary error costs the picture an attempt, but not the process.
    work.fail(error);
    return undefined;
  });
  if (thumbnail !== undefined) await thumbnails.send(thumbnail);
}

/** May be done again for the same picture: the file has its name, so that there is never more than one. */
async function thumbnailOf(picture: string): Promise<Thumbnail> {
  const image = sharp(join(folder, picture));
  const { format, width, height } = await image.metadata();
  const { size: bytes } = await image
    .resize(160, 160, { fit: 'inside', withoutEnlargement: true })
    .webp()
    .toFile(join(folder, 'thumbnails', `${picture}.webp`));
  return { picture, format, width, height, bytes };
}
