/** What only the static pages need, on top of the shared style. */
export const preferencesStyle = `
.switch{appearance:none;flex:none;order:1;position:relative;width:3rem;height:1.75rem;margin:0;
border:1px solid var(--edge);border-radius:1rem;background:var(--line);cursor:pointer}
.switch::before{content:'';position:absolute;top:calc(.125rem - 1px);left:calc(.125rem - 1px);
width:1.5rem;height:1.5rem;border:1px solid var(--edge);border-radius:50%;background:var(--card)}
.switch:checked{background:var(--accent);border-color:var(--accent)}
.switch:checked::before{transform:translateX(1.25rem);border-color:var(--on-accent);background:var(--on-accent)}
.switch:focus-visible{border-radius:1rem}
.what{min-width:0}
h3 label{cursor:pointer}
.since{margin-top:.125rem}
.since:has(p){min-height:1.5rem}
.since p{margin:0;line-height:1.5rem}
.small{font-size:.875rem}
.note:focus{outline:0}
.note{display:flex;flex-wrap:wrap;align-items:center;gap:0 .75rem}
.since .note{font-size:.875rem;color:var(--ink);font-weight:600}
.note.failed,.since .note.failed{color:var(--warning)}
section>p.note.note.note{margin-top:1rem}
section>.note{justify-content:space-between;padding:.625rem 1rem;border-radius:10px;
background:var(--ink);color:var(--page)}
section>.note.failed{background:var(--warning);color:var(--on-warning)}
.link{min-height:1.5rem;padding:0;border:0;background:none;color:inherit;font:inherit;font-weight:600;
text-decoration:underline;text-underline-offset:.15em}
.link:focus-visible{border-radius:4px}
section>.note :focus-visible{outline-color:currentColor}
.both{display:flex;flex-wrap:wrap;gap:.5rem}
@media (max-width:40em){.both{flex:1 1 100%}.both button{flex:1 1 8rem}}
li.way+li.way{border-top:1px solid var(--line)}
button.way{width:100%;border:0;border-radius:14px;background:none;text-align:left;font-weight:400}
button.way::after{content:'';flex:none;width:.5rem;height:.5rem;margin-right:.25rem;
border:solid var(--soft);border-width:2px 2px 0 0;transform:rotate(45deg)}
.way span span{display:block;color:var(--soft)}
.way:hover b{text-decoration:underline}
.warn{font-weight:600;color:var(--warning)}
button.danger{color:var(--on-warning);background:var(--warning);border-color:var(--warning)}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
@media (prefers-reduced-motion:no-preference){
.switch,.switch::before{transition:background-color .15s,transform .15s,border-color .15s}}
@media (prefers-contrast:more){.switch:not(:checked){background:var(--card)}}
@media (forced-colors:active){.switch,.switch::before{border-color:ButtonText}
.switch::before{background:ButtonText}.switch:checked{background:Highlight}
.switch:checked::before{background:HighlightText}
section>.note{border:1px solid}}
`
