/** The one style sheet, inline so that a page is one request. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b2128;--soft:#57606a;--line:#d9dfe6;--paper:#fff;--ground:#f2f4f7;--accent:#0b57d0;--on-accent:#fff;--plain:#eef2f7;--good:#116329;--good-tint:#e7f5eb;--bad:#a3142a;--bad-tint:#fdecec;--mark:92%;--mark-ink:28%}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#a3adb8;--line:#343c46;--paper:#171c23;--ground:#0d1117;--accent:#8ab4f8;--on-accent:#0d1117;--plain:#212832;--good:#6fd58b;--good-tint:#14291c;--bad:#ff9a94;--bad-tint:#34191b;--mark:22%;--mark-ink:82%}}
*{box-sizing:border-box}
body{margin:0;padding:clamp(1rem,8vh,5rem) 1rem 2rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:34rem;margin:0 auto;padding:clamp(1.25rem,5vw,2rem);background:var(--paper);border:1px solid var(--line);border-radius:1rem;box-shadow:0 1px 2px rgb(0 0 0/.04),0 8px 24px rgb(0 0 0/.05);overflow-wrap:anywhere}
h1{font-size:1.4rem;line-height:1.3;margin:0}
h2{font-size:1rem;margin:0}
p{margin:.75rem 0 0}
.soft{color:var(--soft)}
h1+.soft{margin-top:.25rem}
.top{display:flex;gap:.875rem;align-items:center}
.mark{flex:none;width:2.5rem;height:2.5rem;border-radius:.625rem;display:grid;place-items:center;font-weight:700;font-size:.95rem;--hue:215;background:hsl(var(--hue) 55% var(--mark));color:hsl(var(--hue) 60% var(--mark-ink))}
.hue1{--hue:265}.hue2{--hue:325}.hue3{--hue:15}.hue4{--hue:150}.hue5{--hue:190}
.providers{list-style:none;margin:1.25rem 0 0;padding:0}
.providers>li{display:grid;grid-template-columns:auto minmax(0,1fr) auto;gap:.5rem .875rem;align-items:center;padding:1rem 0;border-top:1px solid var(--line)}
.providers>li:last-child{padding-bottom:0}
.accounts{list-style:none;margin:0;padding:0;font-size:.9rem;color:var(--soft)}
.accounts .good,.accounts .bad{font-weight:600}
.accounts .good::before,.accounts .bad::before{content:"";display:inline-block;width:.5rem;height:.5rem;margin-right:.375rem;border-radius:50%;background:currentColor}
.good{color:var(--good)}.bad{color:var(--bad)}
.button{display:inline-block;border:0;border-radius:.5rem;padding:.5rem 1rem;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.button:hover{filter:brightness(1.08)}
.button:active{filter:brightness(.95)}
.quiet{background:none;color:var(--accent);box-shadow:inset 0 0 0 1px var(--line)}
.button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.providers .button{min-width:7.5rem}
.field{margin-top:1rem}
.field label{display:block;font-weight:600}
.field input{width:100%;margin-top:.25rem;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--paper);color:inherit;font:inherit}
.field input:focus-visible{outline:3px solid var(--accent);outline-offset:1px}
.field input[aria-invalid]{border-color:var(--bad)}
.hint{margin:.25rem 0 0;font-size:.9rem;color:var(--soft)}
.hint.bad{color:var(--bad)}
.providers .ask{grid-column:2/-1;display:grid;grid-template-columns:minmax(0,1fr);gap:.75rem}
.providers .ask .field{margin:0}
.providers .ask .button{justify-self:end}
.wide{display:block;width:100%;margin-top:1.25rem;padding:.75rem 1rem}
.banner{display:flex;gap:.625rem;margin-top:1rem;padding:.75rem 1rem;border-radius:.5rem;background:var(--plain)}
.banner.good{background:var(--good-tint)}.banner.bad{background:var(--bad-tint)}
.banner svg{flex:none;width:1.25rem;height:1.5rem}
.scopes{margin:.75rem 0 0;padding:0;list-style:none}
.scopes li{position:relative;padding:.125rem 0 .125rem 1.5rem}
.scopes li::before{content:"";position:absolute;left:.25rem;top:.55em;width:.3rem;height:.6rem;border:solid var(--good);border-width:0 2px 2px 0;transform:rotate(45deg)}
.top svg{display:block;width:1.75rem;height:1.75rem}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
@media (max-width:30rem){.providers>li{grid-template-columns:auto minmax(0,1fr)}.providers .action:not(:empty),.providers .ask{grid-column:1/-1}.providers .ask .button{justify-self:stretch}.providers .button{display:block}}
@media (forced-colors:active){.button,.mark,.banner{border:1px solid}.accounts .good::before,.accounts .bad::before{forced-color-adjust:none}}
`;
