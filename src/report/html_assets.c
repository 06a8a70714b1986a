#include "html_assets.h"
#include "fleet_script.h"
#include "fleet_style.h"
#include "html_script.h"
#include "html_style.h"

const struct html_asset html_asset_style = {html_style, html_style_hash};
const struct html_asset html_asset_script = {html_script, html_script_hash};
const struct html_asset fleet_asset_style = {fleet_style, fleet_style_hash};
const struct html_asset fleet_asset_script = {fleet_script, fleet_script_hash};
