/**
 * Modules of Node that every stage needs. An `import` of node:fs would have Node load also those parts of it that
 * nobody here uses, to name them: 4 ms of each start.
 */
import type * as net from 'node:net';

export type Socket = net.Socket;
export const { Socket } = process.getBuiltinModule('node:net');
export const { closeSync, constants, openSync, writeSync, writevSync } =
  process.getBuiltinModule('node:fs');
