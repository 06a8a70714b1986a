/* Private to report/: the page's style and script as they stand in it, and their hashes for its
 * Content-Security-Policy: "sha256-" and base64. Made of src/report/html/ when the program is built. */
#ifndef REPORT_HTML_ASSETS_H
#define REPORT_HTML_ASSETS_H

struct html_asset {
	const char *text, *hash;
};
extern const struct html_asset html_asset_style, html_asset_script, fleet_asset_style, fleet_asset_script;

#endif
