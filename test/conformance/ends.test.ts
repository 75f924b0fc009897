import { cases } from './cases/ends.ts';
import { show } from './show.ts';

show(new URL('./cases/ends.ts', import.meta.url), cases);
