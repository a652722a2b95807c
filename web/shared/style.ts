import { customProperties, theme } from './theme.ts'

export type Branding = { readonly accent: { readonly light: string; readonly dark: string } }

/** What every page needs, and all that the server-rendered ones inline. Sizes follow the text. */
const base = `
*,::before,::after{box-sizing:border-box}
html{font:100%/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;
-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:break-word}
.page{max-width:42.5rem;margin:0 auto;padding:1.25rem 1.25rem 3rem}
header{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem 1rem;
min-height:2.125rem}
.mark{display:flex;align-items:center;gap:.5rem;margin:0;font-weight:640}
.mark::before{content:'';width:1rem;height:1rem;border-radius:50%;background:var(--accent)}
header nav{display:flex;gap:.25rem;margin-right:-.5rem}
header nav a{padding:.25rem .5rem;min-height:1.5rem;color:var(--soft);text-decoration:none}
header nav a:hover{text-decoration:underline}
header nav [aria-current]{color:var(--ink);font-weight:640}
main{padding-top:2.75rem}
h1{margin:0;font-size:clamp(1.75rem,5vw,2.25rem);font-weight:680;letter-spacing:-.022em;
line-height:1.2;text-wrap:balance}
h1:focus{outline:0}
h2,legend{margin:0;padding:0;font-size:1.0625rem;font-weight:640;line-height:1.4}
h3{margin:0;font-size:1rem;font-weight:600}
p{margin:.25rem 0 0}
.lead{margin-top:.625rem;max-width:34rem;font-size:1.0625rem;color:var(--soft);text-wrap:pretty}
.lead strong{color:var(--ink);font-weight:640;overflow-wrap:anywhere}
.lead+.card{margin-top:2rem}
.apart{margin-top:2rem}
.below{margin-top:1rem}
.soft{color:var(--soft)}
.small{font-size:.875rem}
section,fieldset{margin:2.5rem 0 0;padding:0;border:0;min-width:0}
a{color:inherit;text-underline-offset:.15em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
.card{margin:1rem 0 0;padding:0;list-style:none;background:var(--card);
border:1px solid var(--line);border-radius:14px}
.row{display:flex;align-items:center;justify-content:space-between;gap:.75rem 1.25rem;
margin:0;padding:1.125rem 1.25rem}
.row+.row{border-top:1px solid var(--line)}
.row>:first-child{min-width:0}
.row p{color:var(--soft)}
.row.wrap{flex-wrap:wrap}
.row.wrap>:first-child{flex:1 1 16rem}
.row.wrap>form{flex:0 1 15rem;min-width:0}
.row.wrap>form button{width:100%}
.state{flex:none;font-size:.9375rem;color:var(--soft)}
.state.on{color:var(--ink);font-weight:600}
.box{margin-top:2.5rem;padding:1.25rem;background:var(--tint);
border:1px solid var(--tint-line);border-radius:14px}
.box p:not(:first-child){margin-top:.5rem}
.actions{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem;margin-top:1rem}
form{margin:0}
button,.button{display:inline-block;max-width:100%;overflow-wrap:anywhere;min-height:2.75rem;padding:.625rem 1.125rem;
font:inherit;font-weight:600;line-height:1.4;text-align:center;text-decoration:none;color:var(--ink);
background:var(--card);border:1px solid var(--edge);border-radius:10px;cursor:pointer}
button:hover,.button:hover{border-color:var(--ink)}
button.main,.button.main{color:var(--on-accent);background:var(--accent);border-color:var(--accent)}
button.main:hover,.button.main:hover{border-color:var(--ink)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
button:focus-visible,.button:focus-visible{border-radius:10px}
.choice{display:flex;gap:.875rem;padding:1rem 1.25rem;cursor:pointer}
.choice+.choice{border-top:1px solid var(--line)}
.choice b{display:block;font-weight:600}
.choice span span{color:var(--soft)}
:where(input[type=checkbox]){flex:none;width:1.375rem;height:1.375rem;margin:.0625rem 0 0;
accent-color:var(--accent)}
label.field,.field label{display:block;font-weight:600}
.field+.field{margin-top:1.25rem}
.field p{font-size:.9375rem;color:var(--soft)}
input:not([type=checkbox],[type=hidden]),select{display:block;width:100%;min-height:2.875rem;
margin-top:.375rem;padding:.625rem .875rem;font:inherit;color:var(--ink);background:var(--card);
border:1px solid var(--edge);border-radius:10px}
[aria-invalid=true]{border-color:var(--warning)!important;border-width:2px!important}
.field .error,.error{margin-top:.375rem;color:var(--warning);font-weight:600}
.alert{margin-top:2rem;padding:1.25rem;background:var(--card);
border:2px solid var(--warning);border-radius:14px}
.alert ul{margin:.5rem 0 0;padding-left:1.25rem}
summary{padding:.25rem 0;font-weight:600;cursor:pointer}
details>:nth-child(2){margin-top:1rem}
section:has(>details){margin-top:1.5rem}
form>.actions{margin-top:1.5rem}
dl{margin:0}
dt{color:var(--soft);font-size:.875rem}
dd{margin:0;overflow-wrap:anywhere}
dd+dt{margin-top:.75rem}
footer{margin-top:3.5rem;padding-top:1.5rem;border-top:1px solid var(--line);
font-size:.875rem;color:var(--soft)}
footer p{margin:.25rem 0 0}
footer a{display:inline-block;max-width:100%;overflow-wrap:anywhere;min-height:1.5rem}
[hidden]{display:none!important}
@media (max-width:30em){.page{padding:1rem 1rem 2.5rem}main{padding-top:2rem}
.row,.choice{padding-left:1rem;padding-right:1rem}
.row.wrap>form,.row.wrap>a,.actions>*{flex:1 1 100%}}
@media (prefers-reduced-motion:no-preference){button,.button{transition:border-color .12s}}
@media (prefers-contrast:more){:root{--soft:var(--ink);--line:var(--ink);--edge:var(--ink)}
a,button,.button{text-decoration-thickness:2px}button,.button,.card,.box{border-width:2px}}
@media (forced-colors:active){.mark::before{forced-color-adjust:none;background:CanvasText}}
@media print{body{background:#fff;color:#000}header nav,form,.actions{display:none}
.card,.box{break-inside:avoid}main{padding-top:1rem}a{text-decoration:none}}
`

function compact(css: string): string {
  return css.trim().replaceAll('\n', '')
}

/** The colours of a brand, then the base every page shares. */
export function styleSheet({ accent }: Branding): string {
  const key = `${accent.light} ${accent.dark}`
  const sheet = sheets.get(key) ?? written(accent)
  sheets.set(key, sheet)
  return sheet
}

const sheets = new Map<string, string>()

function written(accent: Branding['accent']): string {
  const { light, dark } = theme(accent)
  return compact(
    `:root{color-scheme:light dark;${customProperties(light)}}
@media (prefers-color-scheme:dark){:root{${customProperties(dark)}}}
${base}`,
  )
}
