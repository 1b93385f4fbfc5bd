import { en } from '../messages/en/shell.ts';
import { zhCn } from '../messages/zh-cn/shell.ts';
import { pages } from '../pages.ts';
import { wordsOf } from '../state/language.ts';
import { place } from '../state/place.ts';

const groups = ['look', 'work', 'safe'] as const;

/** The pages in their groups; the one that is shown, or that leads to it, is marked. */
export function Menu() {
  const t = wordsOf(en, zhCn);
  const { path } = place.value;
  return (
    <>
      {groups.map((group) => (
        <div key={group} class="menu-group">
          <h2>{t.groups[group]}</h2>
          <ul class="plain">
            {pages.filter((page) => page.group === group).map(({ name, address }) => (
              <li key={name}><a href={address} aria-current={path === address ? 'page' : address !== '/' && path.startsWith(`${address}/`) ? 'true' : undefined}>{t.pages[name]}</a></li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}
