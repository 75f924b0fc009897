import { cases } from './cases/meetings.ts';
import { show, showOverBothKinds } from './show.ts';

const file = new URL('./cases/meetings.ts', import.meta.url);
show(file, cases);
showOverBothKinds(file, cases);
