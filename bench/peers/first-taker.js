// JavaScript, run against the built package: the types of a .ts file would have to be taken off at each start.
import { stage } from 'handover/child';

const { values } = await stage();
for await (const _ of values);
