import workerpool from 'workerpool';
import { work } from './job.js';

workerpool.worker({ work });
