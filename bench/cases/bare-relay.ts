/** The least that Node can do from one child to another and back by way of their parent: four bare hops. */
import { startOverSocket } from '../peers/start-over-socket.ts';

// The child that pings reports the figure itself, on the standard output that it shares with this process.
const ping = startOverSocket(new URL('../peers/socket-ping.ts', import.meta.url));
const echo = startOverSocket(new URL('../peers/socket-echo.ts', import.meta.url));
ping.socket.on('data', (chunk) => echo.socket.write(chunk));
echo.socket.on('data', (chunk) => ping.socket.write(chunk));
ping.socket.on('end', () => echo.socket.end());
