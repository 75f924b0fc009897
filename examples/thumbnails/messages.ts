/** What travels between the processes, and which ends the thumbnailer holds. */
import type { Receiver, Sender } from 'handover/child';

export type Thumbnail = {
  /** The name of its file. */
  readonly picture: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** Of the thumbnail's file. */
  readonly bytes: number;
};

export type ThumbnailerEnds = {
  /** Names of files. */
  readonly pictures: Receiver<string>;
  readonly thumbnails: Sender<Thumbnail>;
};
