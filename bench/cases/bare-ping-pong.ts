/** The least that Node can do between two processes: a socket pair, its streams, and no protocol at all. */
import { report } from '../figure.ts';
import { pingOver } from '../peers/ping-over.ts';
import { startOverSocket } from '../peers/start-over-socket.ts';

const { socket } = startOverSocket(new URL('../peers/socket-echo.ts', import.meta.url));
report(await pingOver(socket));
socket.end();
