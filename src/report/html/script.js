"use strict";
/* The findings' filter, search, order and pages, the copy buttons, and paper. Without it the page is still there to be read.
   Of many findings the page holds the first as elements, the others as rows of texts, of which the same elements are made when
   they are to be seen. No markup is ever made of text. */
(() => {
	const PAGE = 50;
	const RANK = { high: 3, medium: 2, low: 1, info: 0 };
	const get = (id) => document.getElementById(id);

	/* As enum text_slot of the program. */
	const SLOTS = ["anchor", "severity", "kind", "reason", "system", "age", "tags", "first", "last", "flows", "message",
		"from", "fromAddress", "fromRoles", "to", "toAddress", "toRoles", "service", "peers", "when", "local", "breaks",
		"rule", "cite", "excused", "proof", "packets", "link", "nearest", "tcpdump", "wireshark", "ends"];
	const MARKS = { high: "\u25b2", medium: "\u25c6", low: "\u25bd", info: "\u00b7" };

	const rows = get("rows") ? JSON.parse(get("rows").textContent) : { exception: ["", ""], rows: [], common: [] };
	const lines = (text) => text.split("\n").slice(0, -1);

	/* Each text of a row is told from that of the row before. */
	const spell = (cell, before) => {
		if (cell === undefined || cell === 0)
			return before;
		if (typeof cell === "string")
			return cell;
		if (typeof cell === "number")
			return rows.common[cell - 1];
		const [head, middle, tail] = cell;
		return before.slice(0, head) + middle + (tail ? before.slice(-tail) : "");
	};
	const spelled = () => {
		let before = SLOTS.map(() => "");
		return rows.rows.map((row) => {
			before = SLOTS.map((_, i) => spell(row[i], before[i]));
			return Object.fromEntries(SLOTS.map((name, i) => [name, before[i]]));
		});
	};

	const make = (name, attributes, ...children) => {
		const element = document.createElement(name);
		for (const [key, value] of Object.entries(attributes || {}))
			if (value !== "" && value !== undefined)
				element.setAttribute(key, value);
		element.append(...children);
		return element;
	};
	const span = (className, ...children) => make("span", { class: className }, ...children);
	const quiet = (text, className = "quiet") => text ? [" ", span(className, text)] : [];
	const term = (name, shown, ...children) => shown ? [make("dt", null, name), make("dd", null, ...children)] : [];
	const end = (name, address, roles) => [make("b", null, name), address ? ` (${address})` : "", ...quiet(roles)];

	const who = (t) => t.to === "" ? [t.from] :
		[...end(t.from, t.fromAddress, t.fromRoles), " ", span("arrow", "\u2192"), " ",
			...end(t.to, t.toAddress, t.toRoles), t.service ? ", " : "", t.service];
	const heading = (t) => make("h3", null,
		span("mark " + t.severity, make("span", { "aria-hidden": "true" }, MARKS[t.severity]),
			" " + t.severity[0].toUpperCase() + t.severity.slice(1)),
		" ", span("kind", t.kind, t.reason ? ": " : "", t.reason),
		...lines(t.tags).flatMap((tag) => [" ", span(/^(new|worse)/.test(tag) ? "tag strong" : "tag", tag)]),
		" ", span("quiet where", t.system, " ", make("a", { class: "id", href: "#f-" + t.anchor },
			t.anchor.slice(0, 8) + t.anchor.slice(32))));
	const exception = (t) => rows.exception.join(["kind", "system", "rule"].filter((name) => t[name])
		.map((name) => `"${name}": ${JSON.stringify(t[name])}`).join(", ") + t.ends);
	const closer = (t) => make("details", null, make("summary", null, "Look closer", span("sr", " at this finding")),
		make("dl", null,
			...term("Nearest", t.nearest, ...lines(t.nearest).map((line) => line.split("\t")).map(([rule, failed]) =>
				span("block", rule, " ", span("quiet", failed)))),
			...term("tcpdump", t.tcpdump, make("code", { class: "copy" }, t.tcpdump)),
			...term("Wireshark", t.wireshark, make("code", { class: "copy" }, t.wireshark)),
			...term("Exception", !t.excused, make("pre", { class: "copy" }, exception(t)))));
	const build = (t) => make("article", {
		class: "finding", id: "f-" + t.anchor, tabindex: "-1", "data-severity": t.severity, "data-kind": t.kind,
		"data-system": t.system, "data-first": t.first, "data-last": t.last, "data-flows": t.flows, "data-age": t.age,
	}, heading(t), make("p", { class: "message" }, t.message),
	make("dl", null,
		...term("Who", t.from, ...who(t)),
		...term("Peers", t.peers, t.peers),
		...term("When", t.when, t.when, ...quiet(t.local, "quiet block")),
		...term("Breaks", t.breaks, t.breaks),
		...term("Rule", t.rule, t.rule, ...quiet(t.cite)),
		...term("Excused", t.excused, t.excused),
		...term("Proof", t.proof, t.proof),
		...term("Packets", t.packets, t.link ? make("a", { href: t.link }, t.packets) : t.packets)),
	closer(t));

	/* What can be copied gets its button. */
	const equip = (element) => {
		for (const source of element.querySelectorAll(".copy")) {
			const name = source.parentElement.previousElementSibling.textContent;
			source.after(make("button", { type: "button", class: "do-copy" }, "Copy", span("sr", " " + name)));
		}
		return element;
	};

	const list = get("list");
	const items = list ? [
		...Array.from(list.children, (element) => ({ id: element.id, data: element.dataset, element: equip(element) })),
		...spelled().map((texts) => ({ id: "f-" + texts.anchor, data: texts, texts })),
	] : [];
	items.forEach((item, place) => { item.place = place; });
	const element = (item) => item.element ||= equip(build(item.texts));
	const filters = ["severity", "kind", "system", "age"];
	let shown = items;
	let page = 0;

	/* What a search looks through; of a row as of an element, without the exception's own words. */
	const words = (item) =>
		item.words ||= (item.texts ? Object.values(item.texts).join(" ") : item.element.textContent).toLowerCase();
	const number = (item, name) => Number(item.data[name] || -1);
	const text = (name) => (a, b) => a.data[name].localeCompare(b.data[name]);

	/* Equal ones keep the report's own order: most severe first. */
	const orders = {
		severity: (a, b) => RANK[b.data.severity] - RANK[a.data.severity],
		last: (a, b) => number(b, "last") - number(a, "last"),
		first: (a, b) => (number(a, "first") < 0) - (number(b, "first") < 0) || number(a, "first") - number(b, "first"),
		flows: (a, b) => number(b, "flows") - number(a, "flows"),
		system: text("system"),
		kind: text("kind"),
	};

	const matches = (item, wanted, terms) =>
		filters.every((name) => !wanted[name] || item.data[name] === wanted[name]) &&
		terms.every((term) => words(item).includes(term));

	const show = () => {
		const pages = Math.max(1, Math.ceil(shown.length / PAGE));
		page = Math.min(Math.max(page, 0), pages - 1);
		list.replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map(element));
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
		const target = items.find((item) => item.id === id);
		if (target) {
			if (!shown.includes(target)) {
				clear();
				apply();
			}
			page = Math.floor(shown.indexOf(target) / PAGE);
			show();
			element(target).scrollIntoView();
			element(target).focus({ preventScroll: true });
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

	/* Paper holds every finding that the filter lets through, and every system's table. Browsers lay out thousands of
	   elements on paper within minutes, not seconds: the most severe stand in full, the others on a line each. */
	const PAPER = 250;
	const LINES = 100;
	const brief = (item) => [item.data.severity, item.id.slice(2, 10), item.data.kind, item.data.system,
		item.texts ? item.texts.message : item.element.querySelector(".message").textContent].filter(Boolean).join("  ");
	const briefs = (rest) => {
		const blocks = rest.length ? [make("p", { class: "note" }, `${rest.length} more findings, on a line each: severity, `
			+ "finding, kind, system, what. On the screen, and in the CSV and JSON reports, they stand in full.")] : [];
		for (let i = 0; i < rest.length; i += LINES)
			blocks.push(make("pre", { class: "briefs" }, rest.slice(i, i + LINES).map(brief).join("\n")));
		return blocks;
	};
	/* Of each page Chromium asks of each link within the document whether it leads there. */
	const unlinked = [];
	const unlink = () => {
		for (const link of document.querySelectorAll("a[href^='#']")) {
			unlinked.push([link, link.getAttribute("href")]);
			link.removeAttribute("href");
		}
	};
	const closed = [];
	const unfold = () => {
		if (list)
			list.replaceChildren(...shown.slice(0, PAPER).map(element), ...briefs(shown.slice(PAPER)));
		for (const details of document.querySelectorAll("details.system:not([open])")) {
			details.open = true;
			closed.push(details);
		}
		if (shown.length > PAPER)
			unlink();
	};
	const fold = () => {
		for (const [link, href] of unlinked.splice(0))
			link.setAttribute("href", href);
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
