import { commands, describeCommands, exitCodeOf, exitCodes, translator, type DescribedCommand, type Language } from '@1688/cli';
import { errorCodes, errorCodesZhCn, type ErrorCode } from '@1688/core';
import { describeVariables } from '@1688/mirror';
import { page, row, table } from './markdown.ts';
import { packagePage } from './package-page.ts';

/** The pages of `docs/reference` that are made from the code, by file name. */
export function referencePages(): Map<string, string> {
  return new Map((['en', 'zh-CN'] as const).flatMap((language) => {
    const ending = language === 'en' ? 'md' : 'zh-CN.md';
    return [[`commands.${ending}`, commandPage(language)], [`errors.${ending}`, errorPage(language)], [`configuration.${ending}`, configurationPage(language)], [`packages.${ending}`, packagePage(language)]] as const;
  }));
}

function commandPage(language: Language): string {
  const zh = language === 'zh-CN';
  const described = describeCommands(commands, translator(language));
  const t = translator(language);
  const everywhere = (['json', 'jsonl', 'lang'] as const).map((name) => row([`\`--${name}${name === 'lang' ? ' en\\|zh' : ''}\``, t(`option.${name}`)]));
  return page(zh ? '命令' : 'Commands', [
    zh ? '每个命令都有以下选项，以及 `--help`：' : 'Every command has these, and `--help`:',
    table(zh ? ['选项', '作用'] : ['option', 'what it does'], everywhere),
    zh ? '退出码：' : 'Exit codes:',
    table(zh ? ['退出码', '含义'] : ['code', 'meaning'], Object.entries(exitCodes).map(([name, code]) => row([String(code), exitMeanings[name as keyof typeof exitCodes][zh ? 1 : 0]]))),
    ...described.flatMap((command) => commandSection(command, zh)),
  ]);
}

function commandSection({ name, summary, schema, arguments: given, options }: DescribedCommand, zh: boolean): string[] {
  const shown = given.map(({ name: argument, required, many }) => ` ${required ? `<${argument}>` : `[${argument}]`}${many ? '…' : ''}`).join('');
  const usage = `\`1688sync ${name}${shown}\` — ${summary}${zh ? '。' : '.'} ${zh ? 'JSON 格式名' : 'Its JSON is'} \`${schema}\`${zh ? '。' : '.'}`;
  const rows = options.map(({ flags, meaning, many }) => row([`\`${flags.replaceAll('|', '\\|')}\`${many ? (zh ? '（可重复）' : ' (again and again)') : ''}`, meaning]));
  return [`## ${name}`, usage, ...(rows.length > 0 ? [table(zh ? ['选项', '作用'] : ['option', 'what it does'], rows)] : [])];
}

const exitMeanings: Readonly<Record<keyof typeof exitCodes, readonly [string, string]>> = {
  done: ['done', '完成'], failed: ['failed', '失败'], wrongUse: ['wrong use', '用法错误'], findings: ['findings of severity medium or above', '发现中等及以上严重度的问题'], partly: ['partly done', '部分完成'],
  refused: ['refused', '被拒绝'], locked: ['locked', '被锁定'], notFound: ['not found', '未找到'], unavailable: ['unavailable', '不可用'], interrupted: ['interrupted', '被中断'],
};

function errorPage(language: Language): string {
  const zh = language === 'zh-CN';
  const codes = Object.keys(errorCodes) as ErrorCode[];
  return page(zh ? '错误码' : 'Error codes', [
    zh
      ? '每个错误都有固定的代码 `code`、说明（预期什么、实际是什么）、建议 `hint`，以及 `retryable`（原样重试是否可能成功）。代码不会改名。命令行以相应的退出码结束。'
      : 'Every error carries a stable `code`, a message (what was expected, what came), a `hint` (what to do next) and `retryable` (whether the same call may succeed later). A code is never renamed. The command line ends with the exit code beside it.',
    table(zh ? ['代码', '含义', '退出码'] : ['code', 'meaning', 'exit code'], codes.map((code) => row([`\`${code}\``, zh ? errorCodesZhCn[code] : errorCodes[code], String(exitCodeOf(code))]))),
  ]);
}

function configurationPage(language: Language): string {
  const zh = language === 'zh-CN';
  const rows = describeVariables().map(({ name, meaning, meaningZh, fallback, example, secret }) => row([
    `\`${name}\`${secret ? ' 🔒' : ''}`, zh ? meaningZh : meaning, fallback === null ? '' : `\`${fallback}\``, example === null ? '' : `\`${example}\``]));
  return page(zh ? '配置' : 'Configuration', [
    zh
      ? '各变量可写在环境变量、`.env` 或 `1688sync.config.ts`（`export const config = defineConfig({ variables: { … } })`）中，先者优先。🔒 表示机密：从不显示，也可用 `名称_FILE` 指定存放它的文件。`1688sync config` 显示每个值及其来源。'
      : 'Each variable may stand in the environment, in `.env` or in `1688sync.config.ts` (`export const config = defineConfig({ variables: { … } })`); the first of them wins. 🔒 marks secrets: they are never shown, and `NAME_FILE` may name a file that holds one. `1688sync config` shows each value and where it came from.',
    table(zh ? ['变量', '含义', '默认值', '示例'] : ['variable', 'meaning', 'default', 'example'], rows),
  ]);
}
