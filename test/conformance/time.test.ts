import { cases } from './cases/time.ts';
import { show } from './show.ts';

show(new URL('./cases/time.ts', import.meta.url), cases);
