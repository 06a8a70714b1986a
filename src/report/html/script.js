"use strict";
/* The findings' filter, search, order and pages, the copy buttons, and paper. Without it everything is still there to be
   read, one finding after the other. It only moves elements that the page already holds: no markup is ever made of text. */
(() => {
	const PAGE = 50;
	const RANK = { high: 3, medium: 2, low: 1, info: 0 };
	const get = (id) => document.getElementById(id);

	const list = get("list");
	const items = list ? Array.from(list.children, (element, place) => ({ element, place, words: null })) : [];
	const filters = ["severity", "kind", "system", "age"];
	let shown = items;
	let page = 0;

	const words = (item) => {
		if (item.words === null)
			item.words = item.element.textContent.toLowerCase();
		return item.words;
	};
	const number = (item, name) => Number(item.element.dataset[name] || -1);
	const text = (name) => (a, b) => a.element.dataset[name].localeCompare(b.element.dataset[name]);

	/* Equal ones keep the report's own order: most severe first. */
	const orders = {
		severity: (a, b) => RANK[b.element.dataset.severity] - RANK[a.element.dataset.severity],
		last: (a, b) => number(b, "last") - number(a, "last"),
		first: (a, b) => (number(a, "first") < 0) - (number(b, "first") < 0) || number(a, "first") - number(b, "first"),
		flows: (a, b) => number(b, "flows") - number(a, "flows"),
		system: text("system"),
		kind: text("kind"),
	};

	const matches = (item, wanted, terms) =>
		filters.every((name) => !wanted[name] || item.element.dataset[name] === wanted[name]) &&
		terms.every((term) => words(item).includes(term));

	const show = () => {
		const pages = Math.max(1, Math.ceil(shown.length / PAGE));
		page = Math.min(Math.max(page, 0), pages - 1);
		list.replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map((item) => item.element));
		get("shown").textContent = `${shown.length} of ${items.length} findings`;
		get("page").textContent = `Page ${page + 1} of ${pages}`;
		get("pager").hidden = pages === 1;
		get("back").disabled = page === 0;
		get("next").disabled = page === pages - 1;
	};

	const apply = () => {
		const wanted = {};
		for (const name of filters)
			wanted[name] = get("by-" + name).value;
		const terms = get("by-text").value.toLowerCase().split(/\s+/).filter(Boolean);
		const order = orders[get("by-order").value];
		shown = items.filter((item) => matches(item, wanted, terms)).sort((a, b) => order(a, b) || a.place - b.place);
		page = 0;
		show();
	};

	const clear = () => {
		for (const name of filters)
			get("by-" + name).value = "";
		get("by-text").value = "";
	};

	/* A link to one finding finds it on whichever page it stands, and whatever the filter says. */
	const follow = () => {
		const id = decodeURIComponent(location.hash.slice(1));
		const target = items.find((item) => item.element.id === id);
		if (target) {
			if (!shown.includes(target)) {
				clear();
				apply();
			}
			page = Math.floor(shown.indexOf(target) / PAGE);
			show();
			target.element.scrollIntoView();
			target.element.focus({ preventScroll: true });
		} else if (id.startsWith("system-") && get(id)) {
			get(id).open = true;
			get(id).scrollIntoView();
		}
	};

	/* Links of the summary and the tables set the filter that they speak of. */
	const set = (link) => {
		clear();
		if (link.dataset.set) {
			const [name, value] = link.dataset.set.split("=");
			get("by-" + name).value = value;
		}
		if (link.dataset.system !== undefined)
			get("by-system").value = link.dataset.system;
		if (link.dataset.text !== undefined)
			get("by-text").value = link.dataset.text;
		apply();
	};

	const select = (element) => {
		const range = document.createRange();
		range.selectNodeContents(element);
		const selection = getSelection();
		selection.removeAllRanges();
		selection.addRange(range);
	};

	/* The clipboard is closed to pages opened as a file by some browsers: then the text stands selected. */
	const copy = async (button) => {
		const source = button.previousElementSibling;
		const label = button.firstChild;
		try {
			await navigator.clipboard.writeText(source.textContent);
			label.data = "Copied";
		} catch {
			select(source);
			label.data = "Selected: press Ctrl+C";
		}
		setTimeout(() => { label.data = "Copy"; }, 2500);
	};

	/* Paper holds every finding that the filter lets through, and every system's table. */
	const closed = [];
	const unfold = () => {
		if (list)
			list.replaceChildren(...shown.map((item) => item.element));
		for (const details of document.querySelectorAll("details.system:not([open])")) {
			details.open = true;
			closed.push(details);
		}
	};
	const fold = () => {
		for (const details of closed.splice(0))
			details.open = false;
		if (list)
			show();
	};

	document.addEventListener("click", (event) => {
		const button = event.target.closest(".do-copy");
		const link = event.target.closest("a[data-set], a[data-text]");
		if (button)
			copy(button);
		else if (link && list)
			set(link);
	});
	addEventListener("beforeprint", unfold);
	addEventListener("afterprint", fold);

	if (!list)
		return;
	for (const item of items)
		for (const button of item.element.querySelectorAll(".do-copy"))
			button.hidden = false;
	get("controls").hidden = false;
	for (const name of [...filters, "order"])
		get("by-" + name).addEventListener("change", apply);
	let waiting = 0;
	get("by-text").addEventListener("input", () => {
		clearTimeout(waiting);
		waiting = setTimeout(apply, 120);
	});
	get("clear").addEventListener("click", () => { clear(); apply(); });
	const turn = (by) => {
		page += by;
		show();
		get("findings").scrollIntoView();
	};
	get("back").addEventListener("click", () => turn(-1));
	get("next").addEventListener("click", () => turn(1));
	addEventListener("hashchange", follow);
	apply();
	follow();
})();
