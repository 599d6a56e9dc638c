// Searches the index: one file for each month, with rows of [path, title, day, kind, status, text].
(() => {
  const form = document.querySelector("form.search"), data = form.dataset, input = form.elements.q;
  const status = form.querySelector("[role=status]"), list = form.querySelector("ol"), lang = document.documentElement.lang;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase(lang);
  const forms = JSON.parse(data.found), plural = new Intl.PluralRules(lang);
  let rows;

  const show = () => {
    if (!rows) return;
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    status.textContent = "";
    history.replaceState(null, "", words[0] ? "?q=" + encodeURIComponent(input.value) : location.pathname);
    if (!words[0]) return;
    const found = rows.filter((row) => words.every((word) => row.text.includes(word)));
    const score = (row) => words.filter((word) => row.title.includes(word)).length;
    found.sort((a, b) => score(b) - score(a));
    status.textContent = found[0] ? (forms[plural.select(found.length)] || forms.other).replaceAll("{n}", found.length) : data.none;
    for (const { row } of found.slice(0, 50)) {
      const item = document.createElement("li"), link = document.createElement("a"), when = document.createElement("p");
      link.href = data.root + row[0];
      link.textContent = row[1];
      when.className = "when";
      when.textContent = [row[3] === "M" ? data.maintenance : row[3], row[2], row[4]].join(" · ");
      item.append(link, when);
      list.append(item);
    }
  };

  const get = async (name) => {
    const answer = await fetch(data.index + name + ".json");
    if (!answer.ok) throw answer;
    return answer.json();
  };
  input.oninput = show;
  get("index").then((names) => Promise.all(names.map(get))).then((parts) => {
    rows = parts.flat().map((row) => ({ row, title: plain(row[1]), text: plain(row.join(" ")) }));
    show();
  }).catch(() => { status.textContent = data.failed; });
})();
