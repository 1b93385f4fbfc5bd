import { command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';

export const doctorCommand = command({
  name: 'doctor', store: 'config', options: {},
  async run({ flows, config, signal }) {
    const data = await flows.doctor(config, { signal });
    return { data, exitCode: data.items.some((each) => each.state === 'bad') ? exitCodes.findings : exitCodes.done };
  },
  show({ items }: { items: { state: string; subject: string; message: string; hint: string | null }[] }, { out }) {
    const marks: Record<string, string> = { good: '✓', warn: '!', bad: '✗' };
    for (const { state, subject, message, hint } of items) {
      out.line(`${marks[state] ?? '·'} ${subject}: ${message}`);
      if (hint) out.line(`    → ${hint}`);
    }
  },
});
