import type { Receiver, Sender, Supervisor } from 'handover';
import { pythonStage } from './python.ts';

/** Starts a stage in Python that sends back what it is sent. */
export function startPythonEcho(
  supervisor: Supervisor,
  name = 'echo',
): { readonly sender: Sender<unknown>; readonly receiver: Receiver<unknown> } {
  const there = supervisor.channel<unknown>('there');
  const back = supervisor.channel<unknown>('back');
  supervisor.stage('echo', {
    ...pythonStage(name),
    ends: { input: there.receiver, output: back.sender },
  });
  return { sender: there.sender, receiver: back.receiver };
}
