import { expect, test } from 'vitest';
import { partOf } from '../../bench/profile/part.ts';
import { samplesIn } from '../../bench/profile/samples.ts';

const printed = `4711 
	ffffffff82203249 anon_pipe_write
	ffffffff813aa1c2 ksys_write
	ffffffff821ef691 do_syscall_64
	          1098d9 __GI___libc_write
	    7f9450000354 JS:*'writeSync node:fs:943:19
	    7f9450000355 JS:*'#flush file:///h/child/node/direct-carrier.ts:105:9

4712 
	           11111 Builtins_KeyedLoadIC
	    7f9450000354 JS:*'pack file:///h/node_modules/msgpackr/pack.js:10:3
	    7f9450000355 JS:*'#offer file:///h/src/party/operations.ts:201:9
`;

test('the profile reads what perf prints, stack by stack', () => {
  const samples = [...samplesIn(printed)];
  expect(samples.map(({ processId }) => processId)).toEqual([4711, 4712]);
  expect(samples[1]?.frames[0]).toBe('Builtins_KeyedLoadIC');
});

test('the profile counts the kernel first, and then whoever in JavaScript has called', () => {
  expect([...samplesIn(printed)].map(({ frames }) => partOf(frames))).toEqual([
    'kernel: write',
    'codec',
  ]);
  expect(partOf(["JS:*'writeSync node:fs:943:19"])).toBe('write, in Node');
  expect(partOf(['Builtins_X', "JS:*'#offer file:///h/src/party/operations.ts:2:9"])).toBe(
    'operations and paths',
  );
  expect(partOf(['v8::internal::Scavenger::Process', 'JS:x file:///h/src/a.ts:1:1'])).toBe(
    'compiling and collecting',
  );
  expect(partOf(['epoll_pwait', 'uv__io_poll'])).toBe('event loop of Node');
});
