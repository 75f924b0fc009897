import { cases } from './cases/select.ts';
import { show } from './show.ts';

show(new URL('./cases/select.ts', import.meta.url), cases);
