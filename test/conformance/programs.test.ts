import { cases } from './cases/programs.ts';
import { show } from './show.ts';

show(new URL('./cases/programs.ts', import.meta.url), cases);
