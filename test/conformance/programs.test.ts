import { cases } from './cases/programs.ts';
import { show, showOverBothKinds } from './show.ts';

const file = new URL('./cases/programs.ts', import.meta.url);
show(file, cases);
showOverBothKinds(file, cases, ({ title }) => title.startsWith('R6 '));
