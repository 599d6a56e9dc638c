(()=>{const s=document.currentScript,u=new URL(".",s.src),c=COLOURS;let d=s.dataset,f=d.frame,b;
if(f)d=Object.fromEntries(new URLSearchParams(location.search));
const go=async()=>{if(document.hidden)return;let j={};try{const r=await fetch(new URL("badge.json",u),{cache:"no-cache"});if(r.ok)j=await r.json()}catch{}
const k=c[j.color],p=f||d.target?document.querySelector(f||d.target):document.body;
if(!k||!p){b&&b.remove();b=0;return}
if(!b||!b.isConnected){b=document.createElement("div");b.className="crier-banner";b.setAttribute("role","status");p.prepend(b);
const a=document.createElement("a");a.href=u;a.target="_top";b.append(a);
Object.assign(a.style,{display:"block",padding:".6em 1em",textAlign:"center",textDecoration:"none",color:d.color||(f?"var(--ground)":"#fff")})}
const a=b.firstChild,t=TITLE+j.message;a.style.backgroundColor=d.background||(f?"var(--"+k[1]+")":k[0]);if(a.textContent!==t)a.textContent=t};
go();setInterval(go,Math.max(1,+d.every||60)*1e3);document.addEventListener("visibilitychange",go)})();
