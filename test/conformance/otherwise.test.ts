import { cases } from './cases/otherwise.ts';
import { show, showOverBothKinds } from './show.ts';

const file = new URL('./cases/otherwise.ts', import.meta.url);
show(file, cases);
showOverBothKinds(file, cases);
