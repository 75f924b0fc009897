export { work } from './job.js';
