import { cases } from './cases/time.ts';
import { show, showOverBothKinds } from './show.ts';

const file = new URL('./cases/time.ts', import.meta.url);
show(file, cases);
showOverBothKinds(file, cases);
