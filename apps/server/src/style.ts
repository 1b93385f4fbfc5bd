/** The page's only style sheet; served from its own address because the content policy allows no inline style. */
export const style = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #667; --line: #d9dce1; --ground: #f6f7f9; --card: #fff; --accent: #d9480f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa3ad; --line: #333a42; --ground: #15181c; --card: #1e2227; --accent: #ff8c5a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
a { color: inherit; }
header { display: flex; flex-wrap: wrap; gap: 12px 20px; align-items: center; padding: 14px clamp(12px, 4vw, 40px); background: var(--card); border-bottom: 1px solid var(--line); }
header strong a { text-decoration: none; font-size: 18px; color: var(--accent); }
form { display: flex; flex: 1 1 260px; max-width: 560px; gap: 8px; }
input { flex: 1; min-width: 0; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); color: inherit; font: inherit; }
button, .more { padding: 8px 16px; border: 0; border-radius: 8px; background: var(--accent); color: #fff; font: inherit; cursor: pointer; text-decoration: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.totals { color: var(--soft); font-variant-numeric: tabular-nums; }
main { padding: 20px clamp(12px, 4vw, 40px) 60px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 16px; list-style: none; margin: 0; padding: 0; }
.card { display: block; height: 100%; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; text-decoration: none; }
.card:hover { border-color: var(--accent); }
.shot { display: grid; place-items: center; aspect-ratio: 1; background: #ececef; color: #667; }
.shot img, .shots img { width: 100%; height: 100%; object-fit: cover; display: block; }
.card h2 { margin: 10px 12px 4px; font-size: 14px; font-weight: 500; line-height: 1.4; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; overflow-wrap: anywhere; }
.price { margin: 0 12px 12px; color: var(--accent); font-weight: 600; font-variant-numeric: tabular-nums; }
.note { color: var(--soft); text-align: center; padding: 60px 0; }
.pages { text-align: center; margin-top: 28px; }
.product { display: grid; grid-template-columns: minmax(0, 440px) minmax(0, 1fr); gap: 32px; align-items: start; }
@media (max-width: 760px) { .product { grid-template-columns: minmax(0, 1fr); } }
.shots { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
.shots a:first-child { grid-column: 1 / -1; }
.shots a { display: block; aspect-ratio: 1; background: #ececef; border-radius: 8px; overflow: hidden; }
h1 { font-size: 22px; line-height: 1.35; margin: 0 0 8px; overflow-wrap: anywhere; }
h3 { margin: 26px 0 8px; font-size: 15px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 500; }
.product .price { margin-left: 0; font-size: 20px; }
.day { white-space: nowrap; }
.soft { color: var(--soft); }
`;
