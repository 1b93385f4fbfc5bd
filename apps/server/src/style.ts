/** The page's only style sheet; served from its own address because the content policy allows no inline style. */
export const style = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #667; --line: #d9dce1; --ground: #f6f7f9; --card: #fff; --accent: #d9480f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa3ad; --line: #333a42; --ground: #15181c; --card: #1e2227; --accent: #ff8c5a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
a { color: inherit; }
header { display: flex; flex-wrap: wrap; gap: 12px 20px; align-items: center; padding: 14px clamp(12px, 4vw, 40px); background: var(--card); border-bottom: 1px solid var(--line); }
header strong a { text-decoration: none; font-size: 18px; color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main { padding: 20px clamp(12px, 4vw, 40px) 60px; }
.note { color: var(--soft); text-align: center; padding: 60px 0; }
h1 { font-size: 22px; line-height: 1.35; margin: 0 0 8px; overflow-wrap: anywhere; }
h3 { margin: 26px 0 8px; font-size: 15px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 500; }
.soft { color: var(--soft); }
`;
