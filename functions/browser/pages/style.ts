/** The one style sheet, inline so that a page is one request. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--ground:#f6f8fa;--accent:#0b57d0;--on-accent:#fff;--good:#1a7f37;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#3d444d;--paper:#161b22;--ground:#0d1117;--accent:#8ab4f8;--on-accent:#0d1117;--good:#57c873;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:36rem;margin:0 auto;padding:3rem 1.25rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}
p{margin:.5rem 0;overflow-wrap:anywhere}
.soft{color:var(--soft)}
.card,.providers>li{background:var(--paper);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.25rem}
.providers{list-style:none;margin:1.5rem 0 0;padding:0;display:grid;gap:.75rem}
.providers>li{display:grid;grid-template-columns:2.5rem minmax(0,1fr) auto;gap:.25rem 1rem;align-items:center}
.mark{width:2.5rem;height:2.5rem;border-radius:.6rem;background:var(--ground);border:1px solid var(--line);display:grid;place-items:center;font-weight:700}
.providers h2{font-size:1rem;margin:0}
.accounts{list-style:none;margin:.1rem 0 0;padding:0;font-size:.9rem;color:var(--soft)}
.accounts li{overflow-wrap:anywhere}
.good{color:var(--good)}.bad{color:var(--bad)}
a.button,button{display:inline-block;border:0;border-radius:.5rem;padding:.55rem 1rem;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-decoration:none;cursor:pointer;white-space:nowrap}
a.quiet{background:none;color:var(--accent);box-shadow:inset 0 0 0 1px var(--line)}
a.button:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.banner{border-left:4px solid;padding:.6rem 1rem;margin:1rem 0;background:var(--paper);border-radius:.25rem}
.scopes{margin:.75rem 0;padding-left:1.25rem}
code{font-size:.9em}
@media (max-width:30rem){.providers>li{grid-template-columns:2.5rem minmax(0,1fr)}.providers .action{grid-column:1/-1}.providers a.button{display:block;text-align:center}}
`;
