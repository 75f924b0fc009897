import { cases } from './cases/otherwise.ts';
import { show } from './show.ts';

show(new URL('./cases/otherwise.ts', import.meta.url), cases);
