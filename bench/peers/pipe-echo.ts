import { writeSync } from 'node:fs';
import { readLink } from '../../platform/link-descriptors.ts';

readLink(3, false, (chunk) => writeSync(4, chunk));
