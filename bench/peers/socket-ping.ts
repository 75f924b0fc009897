import { Socket } from 'node:net';
import { report } from '../figure.ts';
import { pingOver } from './ping-over.ts';

const socket = new Socket({ fd: 3 });
report(await pingOver(socket));
socket.end();
