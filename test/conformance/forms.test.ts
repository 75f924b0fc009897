import { cases } from './cases/forms.ts';
import { show, showOverBothKinds } from './show.ts';

const file = new URL('./cases/forms.ts', import.meta.url);
show(file, cases);
showOverBothKinds(file, cases);
