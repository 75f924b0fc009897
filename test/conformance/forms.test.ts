import { cases } from './cases/forms.ts';
import { show } from './show.ts';

show(new URL('./cases/forms.ts', import.meta.url), cases);
