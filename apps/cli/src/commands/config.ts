import { command, option } from '../command.ts';
import { given } from '../flag.ts';

export const configCommand = command({
  name: 'config', store: 'config', options: { example: option('--example', given) },
  async run({ options, flows, config }) {
    return { data: options.example ? { example: flows.envExample() } : { variables: flows.describeConfig(config) } };
  },
  show(data: { example?: string; variables?: { name: string; value: string | null; origin: string }[] }, { out, t }) {
    if (data.example !== undefined) out.line(data.example.trimEnd());
    else out.table((data.variables ?? []).map((each) => [each.name, each.value ?? '–', each.origin]), { head: [t('head.name'), t('head.value'), t('head.origin')] });
  },
});
