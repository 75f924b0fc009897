import { cases } from './cases/select.ts';
import { show, showOverBothKinds } from './show.ts';

const file = new URL('./cases/select.ts', import.meta.url);
show(file, cases);
showOverBothKinds(file, cases);
