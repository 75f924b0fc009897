import { writeSync } from 'node:fs';
import { readLink } from '../../../platform/link-descriptors.ts';

const answer = Uint8Array.of(0);
readLink(3, false, () => writeSync(4, answer));
