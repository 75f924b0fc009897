import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { forkEcho } from '../peers/fork-echo.ts';

report(await forkEcho('advanced', messageBytes));
