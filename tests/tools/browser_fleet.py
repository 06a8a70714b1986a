#!/usr/bin/env python3
"""browser_fleet.py FLEET.html SHOTS: a fleet's page (fleet_page's) in a real browser; two sites' own reports stand beside it.
Pictures are left in the folder SHOTS. The last line is "N passed, M failed"."""
import pathlib
import sys
import time

import browser_report as common
from browser import Browser
from browser_report import CONTRAST, KEY_ENTER, KEY_TAB, STRUCTURE, check, equal, key, quiet, url

VERDICTS = "return Array.from(document.querySelectorAll('#sites tbody tr'), (row) => row.cells[1].textContent)"


def look(browser, page, shots):
    """What a person sees first, in light, dark and on a phone."""
    browser.screen(1280, 900)
    browser.open(url(page))
    equal("fleet: verdict", browser.run("return document.querySelector('h1').innerText"), "Fleet: fail")
    equal("fleet: tiles", browser.run("return Array.from(document.querySelectorAll('.tiles li'), (e) => e.innerText.replace('\\n', ' '))"),
          ["50 sites fail", "29 inconclusive", "921 pass", "1 not judged", "50 findings", "1,200 sensors", "12 sensors silent",
           "18 sensors unhealthy", "11 sites without a sensor", "1 sensors on a shard that is away"])
    equal("fleet: structure", browser.run(STRUCTURE), [])
    equal("fleet: contrast, light", browser.run(CONTRAST), [])
    browser.shot(shots / "fleet.png", whole=False)
    light = browser.run("return getComputedStyle(document.body).backgroundColor")
    browser.screen(1280, 900, "dark")
    equal("fleet: contrast, dark", browser.run(CONTRAST), [])
    check("fleet: dark is another page colour", light != browser.run("return getComputedStyle(document.body).backgroundColor"))
    browser.shot(shots / "fleet-dark.png", whole=False)
    for width, height in ((360, 740), (768, 1024)):
        for scheme in ("light", "dark"):
            browser.screen(width, height, scheme)
            equal(f"fleet: fits {width}, {scheme}", browser.run("return document.documentElement.scrollWidth"), width)
            browser.shot(shots / f"fleet-{width}-{scheme}.png", whole=False)
            browser.run("document.querySelector('#sites').scrollIntoView()")
            browser.shot(shots / f"fleet-{width}-{scheme}-sites.png", whole=False)
            browser.run("scrollTo(0, 0)")
    browser.screen(1280, 900)
    quiet(browser, "fleet")


def order(browser):
    """Sites stand by their verdict, those that pass folded away; the page stays short."""
    verdicts = browser.run(VERDICTS)
    equal("fleet: every site is there", len(verdicts), 1001)
    equal("fleet: order of verdicts", [v for i, v in enumerate(verdicts) if i == 0 or verdicts[i - 1] != v],
          ["not judged", "fail", "inconclusive", "pass"])
    equal("fleet: those that pass are folded", browser.run("return document.querySelector('#sites details').open"), False)
    equal("fleet: as are sensors that write", browser.run("return document.querySelector('#sensors details').open"), False)
    equal("fleet: their count", browser.run("return document.querySelector('#sites summary').innerText"), "921 sites pass")
    newest = browser.run("return Array.from(document.querySelectorAll('#newest tbody tr'), (row) => row.cells[0].textContent)")
    equal("fleet: newest first", newest, sorted(newest, reverse=True))
    equal("fleet: ways lead somewhere", browser.run(
        "return Array.from(document.querySelectorAll('nav a'), (a) => document.querySelector(a.getAttribute('href')) ? 1 : a.href)"), [1] * 4)


def drill(browser, page):
    """From a site, and from a finding, to the site's own report and the finding in it."""
    browser.run("Array.from(document.querySelectorAll('#sites a')).find((a) => a.textContent === 'Branch 20').click()")
    equal("fleet: a site's own report", browser.run("return document.title"), "Lakeside laboratory: fail")
    check("fleet: its address", browser.run("return location.pathname").endswith("/sites/site%2020.html"))
    browser.open(url(page))
    browser.run("Array.from(document.querySelectorAll('#newest a')).find((a) => a.textContent === 'Branch 40').click()")
    check("fleet: a finding's address", browser.run("return location.href").endswith("/sites/site%2040.html#f-" + "%032x" % 40))
    browser.open(url(page))
    quiet(browser, "fleet: there and back")


def markup(browser):
    """Nothing of a name is anything but text."""
    equal("fleet: nothing of a name is an element", browser.run(
        "return [document.images.length, document.scripts.length, document.querySelectorAll('a[href*=example]').length]"), [0, 1, 0])
    check("fleet: it is text", "<script>alert(2)</script>" in browser.run("return document.querySelector('#sites').textContent"))
    check("fleet: in sensors too", "<script>alert(2)</script>" in browser.run("return document.querySelector('#sensors').textContent"))
    check("fleet: in findings too", "<script>alert(2)</script>" in browser.run("return document.querySelector('#newest').textContent"))


# A column of what is to be seen of a section: its words, in order.
COLUMN = """return Array.from(document.querySelectorAll('#' + arguments[0] + ' tbody tr'))
    .filter((row) => row.checkVisibility()).map((row) => row.cells[arguments[1]].textContent)"""
PRESS = "document.querySelectorAll('#' + arguments[0] + ' table')[arguments[1]].tHead.rows[0].cells[arguments[2]].firstChild.click()"
SITE, VERDICT, HIGH, MEDIUM, SENSORS = 0, 1, 2, 3, 7


def sort(browser):
    """Columns sort, by their kind, and go back to the report's own order."""
    own = browser.run(COLUMN, "sites", SITE)
    equal("fleet: those that do not pass are to be seen", len(own), 80)
    browser.run(PRESS, "sites", 0, MEDIUM)
    medium = browser.run(COLUMN, "sites", MEDIUM)
    equal("fleet: numbers, the most first", (medium, medium[0]), (sorted(medium, key=int, reverse=True), "1"))
    equal("fleet: said so", browser.run("return Array.from(document.querySelectorAll('#sites [aria-sort]'), (e) => [e.textContent, e.ariaSort])"),
          [["Medium", "descending"]])
    browser.run(PRESS, "sites", 0, SITE)
    names = [name for name in browser.run(COLUMN, "sites", SITE) if name.startswith("Branch") and "<" not in name]
    equal("fleet: names, by their numbers", names, sorted(names, key=lambda name: int(name.split()[1])))
    browser.run(PRESS, "sites", 0, SITE)
    equal("fleet: the other way round", [name for name in browser.run(COLUMN, "sites", SITE) if name in names], names[::-1])
    browser.run(PRESS, "sites", 0, SITE)
    equal("fleet: the report's own order again", browser.run(COLUMN, "sites", SITE), own)
    browser.run(PRESS, "sites", 0, VERDICT)
    equal("fleet: verdicts, the gravest first", browser.run(COLUMN, "sites", SITE), own)
    browser.run(PRESS, "newest", 0, 0)
    browser.run(PRESS, "newest", 0, 0)
    times = browser.run(COLUMN, "newest", 0)
    equal("fleet: times, the oldest first", times, sorted(times))
    # By keyboard: from the search on, TAB leads to the columns, and ENTER sorts.
    browser.run("document.querySelector('#sites select').focus()")
    for _ in range(3):
        key(browser, KEY_TAB)
    equal("fleet: TAB leads to a column", browser.run("return document.activeElement.textContent"), "Verdict")
    check("fleet: which is to be seen", browser.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid")
    key(browser, KEY_ENTER)
    equal("fleet: ENTER sorts", browser.run("return document.activeElement.parentElement.ariaSort"), "descending")


def look_for(browser, section, text, chosen=""):
    """What is typed and chosen; the time until it is shown."""
    browser.run("""const [text, choice] = document.querySelectorAll('#' + arguments[0] + ' .find :is(input, select)');
        text.value = arguments[1]; choice.value = arguments[2];
        choice.dispatchEvent(new Event('change')); text.dispatchEvent(new Event('input'))""", section, text, chosen)
    time.sleep(0.4)
    return browser.run("return document.querySelector('#' + arguments[0] + ' output').textContent", section)


def find(browser, shots):
    """A search shows what holds all its words, also of what was folded away, and a choice what has that word."""
    equal("fleet: some sites of 1,001", look_for(browser, "sites", " Branch 77"), "19 of 1,001 shown")
    check("fleet: which were folded away", "Branch 77" in browser.run(COLUMN, "sites", SITE))
    browser.shot(shots / "fleet-found.png", whole=False)
    equal("fleet: two words", look_for(browser, "sites", "drops branch 33"), "2 of 1,001 shown")
    equal("fleet: those", browser.run(COLUMN, "sites", SITE), ["Branch 33", "Branch 330"])
    equal("fleet: a choice", look_for(browser, "sites", "", "inconclusive"), "29 of 1,001 shown")
    equal("fleet: nothing is found", look_for(browser, "sites", "no such site"), "0 of 1,001 shown")
    equal("fleet: nothing is shown", browser.run(COLUMN, "sites", SITE), [])
    equal("fleet: all again", (look_for(browser, "sites", ""), len(browser.run(COLUMN, "sites", SITE))), ("", 80))
    equal("fleet: sensors that are silent", look_for(browser, "sensors", "", "wrote nothing of this time"), "12 of 1,200 shown")
    equal("fleet: sensors again", look_for(browser, "sensors", ""), "")
    equal("fleet: findings", look_for(browser, "newest", "wrong-direction", "medium"), "%d of 50 shown" % len(
        [i for i in range(0, 1000, 20) if i % 3 == 0]))
    look_for(browser, "newest", "")
    # 1,001 rows are searched and sorted while one waits.
    took = browser.run("""const begin = performance.now();
        document.querySelector('#sites select').value = 'pass';
        document.querySelector('#sites select').dispatchEvent(new Event('change'));
        document.querySelectorAll('#sites table')[1].tHead.rows[0].cells[0].firstChild.click();
        document.body.offsetHeight;
        return performance.now() - begin""")
    check("fleet: 921 sites found and sorted within half a second", took < 500, took)
    look_for(browser, "sites", "")


def main():
    page, shots = sys.argv[1], pathlib.Path(sys.argv[2])
    with Browser() as browser:
        browser.open("about:blank")
        browser.log("performance")
        look(browser, page, shots)
        order(browser)
        markup(browser)
        drill(browser, page)
        sort(browser)
        find(browser, shots)
        # Unfolded: what was hidden has to fit as well.
        browser.run("document.querySelectorAll('details').forEach((e) => { e.open = true })")
        equal("fleet: contrast, unfolded", browser.run(CONTRAST), [])
        browser.screen(360, 740)
        equal("fleet: unfolded, fits a phone", browser.run("return document.documentElement.scrollWidth"), 360)
        quiet(browser, "fleet: unfolded")
    print("%d passed, %d failed" % (common.passed, common.failed))
    return 1 if common.failed else 0


if __name__ == "__main__":
    sys.exit(main())
