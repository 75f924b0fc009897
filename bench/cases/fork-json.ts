import { report } from '../figure.ts';
import { messageText } from '../message.ts';
import { forkEcho } from '../peers/fork-echo.ts';

report(await forkEcho('json', messageText));
