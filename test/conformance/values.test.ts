import { cases } from './cases/values.ts';
import { show } from './show.ts';

show(new URL('./cases/values.ts', import.meta.url), cases);
