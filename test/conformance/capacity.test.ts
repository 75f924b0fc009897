import { cases } from './cases/capacity.ts';
import { show } from './show.ts';

show(new URL('./cases/capacity.ts', import.meta.url), cases);
