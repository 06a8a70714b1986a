#!/usr/bin/env python3
"""browser_report.py SAMPLE.html INDEX.html BUSY.html TURNED.html HOSTILE.html SHOTS: the report in a real browser.

SAMPLE is what the program wrote of a sample capture, INDEX of three nights, BUSY, TURNED and HOSTILE are browser_pages' own. Pictures are left in the
folder SHOTS for people to look at. The last line is "N passed, M failed".
"""
import json
import pathlib
import re
import sys
import time

from browser import Browser

KEY_TAB = "\ue004"
KEY_ENTER = "\ue007"
# Three times what it takes beside other work.
PAPER_SEC = 60
passed = failed = 0


def check(what, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAIL %s: %s" % (what, detail))


def equal(what, got, wanted):
    check(what, got == wanted, "got %r, wanted %r" % (got, wanted))


def url(path, fragment=""):
    return pathlib.Path(path).resolve().as_uri() + fragment


def requests(browser):
    """Addresses that the page asked for since the last call, its own aside."""
    asked = []
    for entry in browser.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    return [address for address in asked if not address.startswith("file:///") and not address.startswith("data:,")]


def quiet(browser, what):
    """Nothing was logged and nothing asked for."""
    equal(what + ": console", browser.log("browser"), [])
    equal(what + ": network", requests(browser), [])


def set_control(browser, name, value):
    browser.run("const e = document.getElementById('by-' + arguments[0]); e.value = arguments[1];"
                "e.dispatchEvent(new Event(e.type === 'search' ? 'input' : 'change'));", name, value)
    if name == "text":
        time.sleep(0.3)


def shown(browser):
    return browser.run("return document.getElementById('shown').textContent")


def column(browser, name):
    """An attribute of the findings on the page, in their order."""
    return browser.run("return Array.from(document.querySelectorAll('#list > article'),"
                       " (e) => e.dataset[arguments[0]])", name)


def key(browser, value):
    actions = [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
    browser.post("/actions", actions=[{"type": "key", "id": "keys", "actions": actions}])


def press(browser, element):
    """Uses a button as a person does by keyboard: script alone may not touch the clipboard."""
    browser.run("document.querySelector(arguments[0]).focus()", element)
    key(browser, KEY_ENTER)


# Every text's contrast with what lies behind it (WCAG 2.1, 1.4.3), the worst first.
CONTRAST = """
const number = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (e) => {
    for (; e; e = e.parentElement) {
        const c = number(getComputedStyle(e).backgroundColor);
        if (c[3] > 0) return c;
    }
    return [255, 255, 255, 1];
};
const worst = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('script, style, .sr, [hidden], svg title')) continue;
    const style = getComputedStyle(e);
    const front = e.closest('svg') ? style.fill : style.color;
    const [a, b] = [light(number(front)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) worst.push(ratio.toFixed(2) + ' ' + e.tagName + '.' + e.className + ' ' + walk.currentNode.data.trim().slice(0, 30));
}
return worst.slice(0, 5);
"""

# What a screen reader needs: names, captions, scopes, headings without gaps, ids that are one element's alone.
STRUCTURE = """
const faults = [];
const all = (s) => Array.from(document.querySelectorAll(s));
if (document.documentElement.lang !== 'en') faults.push('no language');
if (all('main').length !== 1 || all('h1').length !== 1) faults.push('not one main and h1');
if (!document.querySelector('header nav[aria-label]')) faults.push('no navigation');
const ids = all('[id]').map((e) => e.id);
if (new Set(ids).size !== ids.length) faults.push('ids twice');
for (const e of all('[aria-labelledby]')) if (!document.getElementById(e.getAttribute('aria-labelledby'))) faults.push('label of ' + e.id);
for (const e of all('table')) if (!e.caption) faults.push('table without caption');
for (const e of all('th')) if (!e.scope) faults.push('th without scope');
for (const e of all('svg')) if (e.getAttribute('role') !== 'img' || !e.getAttribute('aria-label')) faults.push('svg without a name');
for (const e of all('input, select')) if (!e.labels.length) faults.push('control without label ' + e.id);
for (const e of all('button')) if (!e.textContent.trim()) faults.push('button without a name');
for (const e of all('nav a[href^="#"]')) if (!document.getElementById(e.hash.slice(1))) faults.push('dead link ' + e.hash);
let level = 0;
for (const e of all('h1, h2, h3')) {
    const next = Number(e.tagName[1]);
    if (next > level + 1) faults.push('gap before ' + e.textContent);
    level = next;
}
return faults;
"""


def look(browser, page, shots):
    """The sample: what a person sees first, in light, dark, on a phone, on paper."""
    browser.screen(1280, 900)
    browser.open(url(page))
    equal("sample: verdict", browser.run("return document.querySelector('h1').innerText.trim()"), "\u2715 Fail")
    equal("sample: count", shown(browser), "6 of 6 findings")
    check("sample: verdict on the first screen",
          browser.run("return document.querySelector('h1').getBoundingClientRect().bottom < innerHeight"))
    check("sample: health on the first screen",
          browser.run("return document.querySelector('.grade-A').getBoundingClientRect().bottom < innerHeight"))
    equal("sample: structure", browser.run(STRUCTURE), [])
    equal("sample: contrast, light", browser.run(CONTRAST), [])
    browser.shot(shots / "sample.png")
    light = browser.run("return getComputedStyle(document.body).backgroundColor")
    browser.screen(1280, 900, "dark")
    dark = browser.run("return getComputedStyle(document.body).backgroundColor")
    check("sample: dark is another page colour", light != dark, dark)
    equal("sample: contrast, dark", browser.run(CONTRAST), [])
    browser.shot(shots / "sample-dark.png")
    browser.screen(390, 844)
    equal("sample: fits a phone", browser.run("return document.documentElement.scrollWidth"), 390)
    browser.shot(shots / "sample-phone.png")
    browser.screen(1280, 900)
    browser.paper(shots / "sample.pdf")
    quiet(browser, "sample")


def paper(browser, page, shots):
    """What paper gets, how long that takes, and that the screen is as before afterwards."""
    browser.open(url(page))
    set_control(browser, "severity", "high")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    equal("paper: findings let through, in full", browser.run(
        "return document.querySelectorAll('#list > article[data-severity=high]').length"), 250)
    lines = browser.run("return Array.from(document.querySelectorAll('#list > pre'), (e) => e.textContent.split('\\n')).flat()")
    equal("paper: the others, a line each", [len(lines), len(set(lines)), {line.split()[0] for line in lines}], [2250, 2250, {"high"}])
    check("paper: says so", browser.run("return document.querySelector('#list > .note').textContent")
          .startswith("2250 more findings, on a line each"))
    equal("paper: every system open", browser.run("return document.querySelectorAll('details.system:not([open])').length"), 0)
    inner = "return document.querySelectorAll('a[href^=\"#\"]').length"
    equal("paper: no links within", browser.run(inner), 0)
    browser.run("dispatchEvent(new Event('afterprint'))")
    check("paper: links again", browser.run(inner) > 50)
    equal("paper: a page again", len(column(browser, "kind")), 50)
    equal("paper: systems closed again", browser.run("return document.querySelectorAll('details.system[open]').length"), 0)
    browser.devtools("Emulation.setEmulatedMedia", media="print")
    equal("paper: no controls", browser.run(
        "return ['#controls', '#pager', '.do-copy', 'header nav'].map((s) => getComputedStyle(document.querySelector(s)).display)"),
        ["none"] * 4)
    browser.devtools("Emulation.setEmulatedMedia", media="")
    set_control(browser, "severity", "")
    start = time.monotonic()
    browser.paper(shots / "busy.pdf")
    took = time.monotonic() - start
    check("paper: 10000 findings in time", took < PAPER_SEC, "%.1f s" % took)
    check("paper: A4", re.search(rb"/MediaBox *\[ *0 0 59[45][.0-9]* 84[12]", (shots / "busy.pdf").read_bytes()))
    print("paper: %.1f s to print" % took)


def keyboard(browser, page):
    """The skip link comes first and shows itself; a fold opens by the keyboard."""
    browser.open(url(page))
    key(browser, KEY_TAB)
    equal("keyboard: skip link first", browser.run("return document.activeElement.className"), "skip")
    check("keyboard: it shows", browser.run("return document.activeElement.getBoundingClientRect().left >= 0"))
    check("keyboard: focus is seen", browser.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid")
    press(browser, ".finding summary")
    check("keyboard: a fold opens", browser.run("return document.querySelector('.finding details').open"))


def copying(browser, page):
    """By the clipboard where it is open; else the text stands selected."""
    browser.open(url(page))
    browser.run("document.querySelector('.finding details').open = true")
    wanted = browser.run("return document.querySelector('.finding .copy').textContent")
    check("copy: a filter", wanted.startswith(("host ", "(src host ")), wanted)
    browser.devtools("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    press(browser, ".finding .do-copy")
    time.sleep(0.3)
    equal("copy: says so", browser.run("return document.querySelector('.do-copy').firstChild.data"), "Copied")
    equal("copy: the clipboard", browser.post("/execute/async", args=[], script=
          "navigator.clipboard.readText().then(arguments[0], (e) => arguments[0](String(e)))"), wanted)
    browser.run("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    press(browser, ".finding .do-copy")
    time.sleep(0.3)
    equal("copy: selects", browser.run("return getSelection().toString()"), wanted)
    check("copy: says what to do", browser.run("return document.querySelector('.do-copy').firstChild.data").startswith("Selected"))
    browser.run("document.querySelectorAll('.finding pre.copy').forEach((e) => JSON.parse(e.textContent))")
    quiet(browser, "copy")


def filtering(browser, page, shots):
    """10,000 findings: every filter, search, every order, pages."""
    start = time.monotonic()
    browser.open(url(page))
    took = time.monotonic() - start
    check("busy: opens in time", took < 20, "%.1f s" % took)
    print("busy: %.1f s to open" % took)
    equal("busy: count", shown(browser), "10000 of 10000 findings")
    browser.shot(shots / "busy.png", whole=False)
    equal("busy: new", browser.run("return document.querySelector('.card .big').textContent"), "2,500")
    for name, value, count in (("severity", "high", 2500), ("severity", "info", 2500), ("kind", "unexpected", 5000),
                               ("system", "system-7", 34), ("age", "new", 2500), ("age", "excused", 100)):
        set_control(browser, name, value)
        equal("busy: %s %s" % (name, value), shown(browser), "%d of 10000 findings" % count)
        equal("busy: only %s" % value, set(column(browser, name)), {value})
        set_control(browser, name, "")
    start = time.monotonic()
    set_control(browser, "text", "HOST-4321  finding")
    took = time.monotonic() - start
    check("busy: searches in time", took < 5, "%.1f s" % took)
    print("busy: %.1f s to search" % took)
    equal("busy: search", shown(browser), "1 of 10000 findings")
    set_control(browser, "text", "no such words")
    equal("busy: nothing found", shown(browser), "0 of 10000 findings")
    press(browser, "#clear")
    equal("busy: cleared", shown(browser), "10000 of 10000 findings")
    ordering(browser)
    paging(browser)
    quiet(browser, "busy")


# As browser_pages makes them, of finding I.
DAY = 1794960000
EXTREME = {
    "flows": max(i * 7919 % 10007 for i in range(10000)),
    "last": max(DAY + i * 31 % 86400 for i in range(10000)),
    "first": DAY,
}


def ordering(browser):
    for name, attribute, down in (("flows", "flows", True), ("last", "last", True), ("first", "first", False)):
        set_control(browser, "order", name)
        values = [int(v) for v in column(browser, attribute)]
        equal("busy: order by " + name, values, sorted(values, reverse=down))
        first = browser.run("return document.querySelector('#list > article').dataset[arguments[0]]", attribute)
        equal("busy: first by " + name, int(first), EXTREME[name])
    set_control(browser, "order", "system")
    equal("busy: order by system", set(column(browser, "system")), {"system-0", "system-1"})
    set_control(browser, "order", "severity")
    equal("busy: order by severity", set(column(browser, "severity")), {"high"})


def paging(browser):
    page = "return document.getElementById('page').textContent"
    equal("busy: first page", browser.run(page), "Page 1 of 200")
    check("busy: no page before", browser.run("return document.getElementById('back').disabled"))
    first = browser.run("return document.querySelector('#list > article').id")
    press(browser, "#next")
    equal("busy: second page", browser.run(page), "Page 2 of 200")
    check("busy: other findings", browser.run("return document.querySelector('#list > article').id") != first)
    press(browser, "#back")
    equal("busy: back", browser.run("return document.querySelector('#list > article').id"), first)


def links(browser, page):
    """A link to one finding finds it; links of the summary and of the tables set the filter."""
    last = "f-%032x" % (0xabc00000 + 9999)
    browser.open("about:blank")
    browser.open(url(page, "#" + last))
    equal("links: one finding", browser.run("return document.activeElement.id"), last)
    check("links: it is seen", browser.run(
        "const r = document.activeElement.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight"))
    browser.run("document.querySelector('a[data-set=\"severity=medium\"]').click()")
    equal("links: severity", shown(browser), "2500 of 10000 findings")
    browser.run("document.querySelector('#system-2 a[data-text]').click()")
    equal("links: a rule's", set(column(browser, "system")), {"system-1"})
    browser.run("location.hash = '#system-9'")
    time.sleep(0.2)
    check("links: opens a system", browser.run("return document.getElementById('system-9').open"))


# The first findings as they stand on the page once all are there, and ids that two elements have.
FIRST = """
const all = [], list = document.getElementById('list'), next = document.getElementById('next');
for (all.push(...list.children); !next.disabled; all.push(...list.children))
    next.click();
list.replaceChildren(...all);
const first = all.filter((e) => parseInt(e.id.slice(2, 34), 16) < 0xabc00000 + 250).map((e) => e.outerHTML).sort();
const ids = Array.from(document.querySelectorAll('[id]'), (e) => e.id);
const link = document.querySelector('.finding a[href$=".pcapng"]');
return [all.length, first, ids.length - new Set(ids).size, link.getAttribute('href'), link.textContent];
"""


def rows(browser, busy, turned):
    """What the script makes of rows is what the program writes as elements, to the character."""
    size = pathlib.Path(busy).stat().st_size
    check("rows: the page is small", size < 9000000, size)
    browser.open(url(busy))
    count, elements, twice, href, name = browser.run(FIRST)
    equal("rows: all pages", [count, len(elements), twice], [10000, 250, 0])
    equal("rows: link of the packets", [href, name],
          ["../evi%20dence/000000000000000000000000abc00000.pcapng", "000000000000000000000000abc00000.pcapng"])
    browser.open(url(turned))
    count, made, twice, *_ = browser.run(FIRST)
    equal("rows: all of the turned page", [count, len(made), twice], [10000, 250, 0])
    for element, other in zip(elements, made):
        if element != other:
            at = next(i for i, (a, b) in enumerate(zip(element + "$", other + "$")) if a != b)
            check("rows: the same elements", False, "%r, not %r" % (other[max(0, at - 60):at + 60], element[max(0, at - 60):at + 60]))
            break
    else:
        check("rows: the same elements", True)
    quiet(browser, "rows")


def index(browser, page, shots):
    """All nights on one page: in both schemes, on a phone, with names for whoever does not see it."""
    browser.screen(1280, 900)
    browser.open(url(page))
    equal("index: a row a night", browser.run("return document.querySelectorAll('tbody tr').length"), 3)
    equal("index: a bar a night", browser.run("return document.querySelectorAll('svg g').length"), 3)
    equal("index: an empty night", browser.run("return document.querySelector('tr.none').innerText.replace(/\\s+/g, ' ')"),
          "2026-11-19 inconclusive nothing was captured")
    faults = [fault for fault in browser.run(STRUCTURE) if fault != "no navigation"]
    equal("index: structure", faults, [])
    equal("index: contrast, light", browser.run(CONTRAST), [])
    browser.shot(shots / "index.png")
    browser.screen(1280, 900, "dark")
    equal("index: contrast, dark", browser.run(CONTRAST), [])
    browser.screen(390, 844)
    equal("index: fits a phone", browser.run("return document.documentElement.scrollWidth"), 390)
    browser.shot(shots / "index-phone.png")
    browser.screen(1280, 900)
    quiet(browser, "index")
    browser.run("document.querySelector('tbody a').click()")
    time.sleep(0.5)
    equal("index: leads to a night", browser.run("return document.querySelector('h1').innerText.trim()"), "? Inconclusive")
    browser.log("performance")


def without_script(browser, page):
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(url(page))
    tree = browser.devtools("DOM.getDocument", depth=1)["root"]["nodeId"]
    found = browser.devtools("DOM.querySelectorAll", nodeId=tree, selector="#list > article")["nodeIds"]
    equal("no script: all findings", len(found), 6)
    hidden = browser.devtools("DOM.querySelectorAll", nodeId=tree, selector="#controls[hidden], .do-copy")["nodeIds"]
    equal("no script: no dead controls", len(hidden), 1)
    browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


def hostile(browser, page, shots):
    """Markup in every text: none of it is markup."""
    browser.screen(1280, 900)
    browser.open(url(page))
    # The second script is a block of texts that nothing runs.
    browser.run("dispatchEvent(new Event('beforeprint'))")
    equal("hostile: nothing ran or was drawn", browser.run(
        "return [document.scripts.length, document.styleSheets.length, document.links.length ==="
        " document.querySelectorAll('a[href^=\"#\"], a[href^=\"../\"]').length, document.querySelectorAll('img, iframe, object, form').length]"),
        [2, 1, True, 0])
    check("hostile: shown as text", "<script>alert(2)</script>" in browser.run("return document.title"))
    equal("hostile: structure", browser.run(STRUCTURE), [])
    browser.run("dispatchEvent(new Event('afterprint'))")
    equal("hostile: count", shown(browser), "520 of 520 findings")
    system = browser.run("return document.getElementById('by-system').options[1].value")
    set_control(browser, "system", system)
    equal("hostile: filters", shown(browser), "174 of 520 findings")
    browser.run("document.querySelectorAll('.finding pre.copy').forEach((e) => JSON.parse(e.textContent))")
    browser.shot(shots / "hostile.png", whole=False)
    browser.screen(390, 844)
    equal("hostile: fits a phone", browser.run("return document.documentElement.scrollWidth"), 390)
    quiet(browser, "hostile")


def main():
    sample, nights, busy, turned, nasty, shots = sys.argv[1:]
    shots = pathlib.Path(shots)
    with Browser() as browser:
        # The browser's own first page asks for its own parts.
        browser.open("about:blank")
        browser.log("performance")
        look(browser, sample, shots)
        keyboard(browser, sample)
        index(browser, nights, shots)
        copying(browser, sample)
        without_script(browser, sample)
        filtering(browser, busy, shots)
        links(browser, busy)
        rows(browser, busy, turned)
        paper(browser, busy, shots)
        browser.screen(390, 844)
        equal("busy: fits a phone", browser.run("return document.documentElement.scrollWidth"), 390)
        hostile(browser, nasty, shots)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
