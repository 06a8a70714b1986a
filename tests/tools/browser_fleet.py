#!/usr/bin/env python3
"""browser_fleet.py FLEET.html SHOTS: a fleet's page (fleet_page's) in a real browser; two sites' own reports stand beside it.
Pictures are left in the folder SHOTS. The last line is "N passed, M failed"."""
import pathlib
import sys

import browser_report as common
from browser import Browser
from browser_report import CONTRAST, STRUCTURE, check, equal, quiet, url

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
    browser.screen(390, 844)
    equal("fleet: fits a phone", browser.run("return document.documentElement.scrollWidth"), 390)
    browser.shot(shots / "fleet-phone.png", whole=False)
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
        "return [document.images.length, document.scripts.length, document.querySelectorAll('a[href*=example]').length]"), [0, 0, 0])
    check("fleet: it is text", "<script>alert(2)</script>" in browser.run("return document.querySelector('#sites').textContent"))
    check("fleet: in sensors too", "<script>alert(2)</script>" in browser.run("return document.querySelector('#sensors').textContent"))
    check("fleet: in findings too", "<script>alert(2)</script>" in browser.run("return document.querySelector('#newest').textContent"))


def main():
    page, shots = sys.argv[1], pathlib.Path(sys.argv[2])
    with Browser() as browser:
        browser.open("about:blank")
        browser.log("performance")
        look(browser, page, shots)
        order(browser)
        markup(browser)
        drill(browser, page)
        # Unfolded: what was hidden has to fit as well.
        browser.run("document.querySelectorAll('details').forEach((e) => { e.open = true })")
        equal("fleet: contrast, unfolded", browser.run(CONTRAST), [])
        browser.screen(390, 844)
        equal("fleet: unfolded, fits a phone", browser.run("return document.documentElement.scrollWidth"), 390)
        quiet(browser, "fleet: unfolded")
    print("%d passed, %d failed" % (common.passed, common.failed))
    return 1 if common.failed else 0


if __name__ == "__main__":
    sys.exit(main())
