/**
 * Thumbnails of pictures from anywhere. Four processes make them with sharp, a native library. Some of the pictures
 * are broken, one wants more memory than there is to give, and one would take hours. Each of those is set aside,
 * with the reason, and each of the others has its thumbnail.
 *
 *     pictures ──▶ thumbnailer ×4 ──▶ thumbnails
 *        └───────────────────────────▶ rejects
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeadLetter, type Receiver, type Sender, Supervisor } from 'handover';
import { balance } from '../balance.ts';
import { verdict } from '../verdict.ts';
import type { Thumbnail, ThumbnailerEnds } from './messages.ts';
import { makePictures, type Pictures } from './pictures.ts';

const processes = 4;

const folder = await mkdtemp(join(tmpdir(), 'thumbnails-'));
try {
  await mkdir(join(folder, 'thumbnails'));
  await makeThumbnails(await makePictures(folder));
} finally {
  if (process.argv.includes('--keep')) console.log(`pictures and thumbnails are in ${folder}`);
  else await rm(folder, { recursive: true });
}

async function makeThumbnails({ good, bad }: Pictures): Promise<void> {
  await using supervisor = new Supervisor();
  const rejects = supervisor.channel<DeadLetter<string>>('rejects');
  const pictures = supervisor.channel<string>('pictures', {
    // One for each process: else the next would wait until the thumbnail of the last one is made.
    capacity: processes,
    maxAttempts: 2,
    deadLetters: rejects.sender,
  });
  const thumbnails = supervisor.channel<Thumbnail>('thumbnails');
  supervisor.stage('thumbnailer', {
    module: new URL('./thumbnailer.ts', import.meta.url),
    args: [folder],
    ends: {
      pictures: pictures.receiver,
      thumbnails: thumbnails.sender,
    } satisfies ThumbnailerEnds,
    replicas: processes,
    restart: 'on-failure',
    deadline: 5_000,
    limits: { memoryBytes: 300 * 2 ** 20 },
  });

  const [made, setAside] = await Promise.all([
    showEach(thumbnails.receiver),
    Array.fromAsync(rejects.receiver),
    handOver([...bad, ...good], pictures.sender),
  ]);
  await supervisor.finished();

  const sent = good.length + bad.length;
  const isComplete = balance(supervisor, { sent, out: made.size, setAside });
  const written = await readdir(join(folder, 'thumbnails'));
  const missing = good.filter((name) => !made.has(name) || !written.includes(`${name}.webp`));
  verdict(
    isComplete && missing.length === 0,
    'each good picture has its thumbnail, and each bad one is set aside with the reason',
    `without thumbnail: ${missing.join(', ') || 'none'}`,
  );
}

/** @returns the names of the pictures that have a thumbnail */
async function showEach(thumbnails: Receiver<Thumbnail>): Promise<ReadonlySet<string>> {
  const made = new Set<string>();
  for await (const { picture, format, width, height, bytes } of thumbnails) {
    console.log(`${picture}: ${format}, ${width} × ${height}; thumbnail: ${bytes} bytes`);
    made.add(picture);
  }
  return made;
}

async function handOver(names: readonly string[], pictures: Sender<string>): Promise<void> {
  for (const name of names) await pictures.send(name);
  pictures.close();
}
