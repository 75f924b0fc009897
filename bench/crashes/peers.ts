/** Whose crashes are compared. */
import { readFileSync } from 'node:fs';

export const peers = ['handover', 'workerpool', 'jest-worker', 'tinypool', 'fork'] as const;

export type Peer = (typeof peers)[number];

export function versionOf(peer: Peer): string {
  if (peer === 'fork') return process.version;
  const folder = peer === 'handover' ? '../../' : `../../node_modules/${peer}/`;
  const text = readFileSync(new URL(`${folder}package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
