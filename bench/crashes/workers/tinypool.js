export { work as default } from './job.js';
