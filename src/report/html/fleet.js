"use strict";
/* Columns that sort and sections that are searched. Without it the page is all there, in the report's own order. No markup is ever
   made of text. */
(() => {
	const WAIT_MS = 120;
	/* Words that have an order of their own, the gravest first. */
	const ORDER = ["not judged", "fail", "inconclusive", "pass", "high", "medium", "low", "info"];
	const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

	const make = (name, attributes, ...children) => {
		const element = document.createElement(name);
		for (const [key, value] of Object.entries(attributes))
			element.setAttribute(key, value);
		element.append(...children);
		return element;
	};

	/* What a cell is sorted by: a number, or a text. "1 of 3" is how many are not there. */
	const value = (row, column) => {
		const text = row.cells[column].textContent;
		const parts = /^([\d,]+)(?: of ([\d,]+))?$/.exec(text);

		if (parts) {
			const [first, second] = parts.slice(1).map((part) => Number((part || "").replaceAll(",", "")));
			return parts[2] ? second - first : first;
		}
		return ORDER.includes(text) ? ORDER.indexOf(text) : text;
	};
	const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b :
		String(a).localeCompare(String(b), "en", { numeric: true });

	/* Numbers and times: the most first, then the least, then the report's own order; words the other way round. What is empty comes
	   last either way. */
	const sort = (table, rows, column, way) => {
		const keyed = rows.map((row) => [value(row, column), row]);

		if (way !== "none")
			keyed.sort(([a], [b]) => (a === "") - (b === "") || (way === "ascending" ? compare(a, b) : compare(b, a)));
		table.tBodies[0].append(...keyed.map(([, row]) => row));
	};
	const equip = (table) => {
		const rows = Array.from(table.tBodies[0].rows);
		const heads = Array.from(table.tHead.rows[0].cells);

		heads.forEach((head, column) => {
			const downwards = head.classList.contains("n") || head.classList.contains("t");
			const ways = downwards ? ["none", "descending", "ascending"] : ["none", "ascending", "descending"];
			const button = make("button", { type: "button" }, head.textContent);

			head.replaceChildren(button);
			button.addEventListener("click", () => {
				const way = ways[(ways.indexOf(head.getAttribute("aria-sort") || "none") + 1) % ways.length];

				heads.forEach((other) => other.removeAttribute("aria-sort"));
				if (way !== "none")
					head.setAttribute("aria-sort", way);
				sort(table, rows, column, way);
			});
		});
	};

	/* A search, and the words of column CHOICE to choose from, over all tables of a section. */
	const search = (section) => {
		const tables = Array.from(section.querySelectorAll("table"));
		const rows = tables.flatMap((table) => Array.from(table.tBodies[0].rows, (row) => ({ row, table })));
		const choice = Number(section.dataset.choice);
		const name = tables[0].tHead.rows[0].cells[choice].textContent;
		const words = Array.from(new Set(rows.map(({ row }) => row.cells[choice].textContent)));
		const text = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
		const select = make("select", {}, make("option", { value: "" }, "all"),
			...words.map((word) => make("option", { value: word }, word)));
		const said = make("output", {});
		let timer = 0;
		let before = false;

		const show = () => {
			const wanted = text.value.trim().toLowerCase().split(/\s+/);
			const active = select.value !== "" || wanted[0] !== "";
			let shown = 0;

			for (const item of rows) {
				item.text ||= item.row.textContent.toLowerCase();
				const hidden = (select.value !== "" && item.row.cells[choice].textContent !== select.value) ||
					!wanted.every((word) => item.text.includes(word));
				item.row.hidden = hidden;
				shown += !hidden;
			}
			for (const table of tables) {
				const any = Array.from(table.tBodies[0].rows).some((row) => !row.hidden);
				const fold = table.closest("details");

				table.closest(".scroll").hidden = !any;
				if (fold) {
					fold.hidden = !any;
					/* Whoever searches sees what is found; afterwards it is as it was. */
					fold.open = active ? any : fold.open && !before;
				}
			}
			before = active;
			said.textContent = active ? `${count(shown)} of ${count(rows.length)} shown` : "";
		};
		text.addEventListener("input", () => {
			clearTimeout(timer);
			timer = setTimeout(show, WAIT_MS);
		});
		select.addEventListener("change", show);
		section.querySelector("h2").after(make("div", { class: "find", role: "search", "aria-label": section.dataset.find },
			make("label", {}, section.dataset.find, text), make("label", {}, name, select), said));
		/* A browser that goes back brings what was typed. */
		window.addEventListener("pageshow", show);
	};

	document.querySelectorAll("section[data-choice]").forEach(search);
	document.querySelectorAll("table").forEach(equip);
})();
