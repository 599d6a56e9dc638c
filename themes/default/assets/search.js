// Searches the index of all incidents and maintenance: one file for each month, [path, title, day, kind, status, text].
(() => {
  const form = document.querySelector("form.search"), data = form.dataset, input = form.querySelector("input");
  const status = form.querySelector("[role=status]"), list = form.querySelector("ol"), lang = document.documentElement.lang, most = 50;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase(lang);
  const rows = [];
  const forms = JSON.parse(data.found), plural = new Intl.PluralRules(lang);

  const show = () => {
    if (form.hasAttribute("aria-busy")) return;
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    status.textContent = "";
    history.replaceState(null, "", words.length ? "?q=" + encodeURIComponent(input.value) : location.pathname);
    if (!words.length) return;
    const found = rows.filter((row) => words.every((word) => row.text.includes(word)));
    const score = (row) => words.filter((word) => row.title.includes(word)).length;
    found.sort((a, b) => score(b) - score(a) || a.order - b.order);
    status.textContent = found.length ? (forms[plural.select(found.length)] || forms.other).replaceAll("{n}", found.length) : data.none;
    for (const { row } of found.slice(0, most)) {
      const item = document.createElement("li"), link = document.createElement("a"), when = document.createElement("p");
      link.href = data.root + row[0];
      link.textContent = row[1];
      when.className = "when";
      when.textContent = [row[3] === "M" ? data.maintenance : row[3], row[2], row[4]].join(" · ");
      item.append(link, when);
      list.append(item);
    }
  };

  const load = async () => {
    const get = async (name) => {
      const answer = await fetch(data.index + name + ".json");
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    };
    for (const part of await Promise.all((await get("index")).map(get))) {
      for (const row of part) {
        rows.push({ row, order: rows.length, title: plain(row[1]), text: plain(row.join(" ")) });
      }
    }
    form.removeAttribute("aria-busy");
    show();
  };
  input.oninput = show;
  form.setAttribute("aria-busy", "true");
  load().catch(() => { status.textContent = data.failed; });
})();
