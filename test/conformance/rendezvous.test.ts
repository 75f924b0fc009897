import { cases } from './cases/rendezvous.ts';
import { show } from './show.ts';

show(new URL('./cases/rendezvous.ts', import.meta.url), cases);
