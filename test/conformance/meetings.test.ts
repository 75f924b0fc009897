import { cases } from './cases/meetings.ts';
import { show } from './show.ts';

show(new URL('./cases/meetings.ts', import.meta.url), cases);
